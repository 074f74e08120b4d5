import { z } from 'zod';
import type { Context, ContextLookup } from './access.ts';
import { conditionKey } from './condition-keys.ts';
import { operatorNamed } from './condition-operators.ts';
import { PolicyError } from './policy-error.ts';
import { compileText } from './policy-variables.ts';

/** Whether a statement's conditions hold for a request: all of them, as they are joined by "and". */
export type Holds = (lookUp: ContextLookup) => boolean;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionSchema = z.record(
  z.string(),
  z.record(z.string(), z.union([scalar.transform((value) => [value]), z.array(scalar)])),
);

/** Reads the `Condition` of a statement. Throws PolicyError for operators and keys that are not known here. */
export function parseConditions(raw: unknown): Holds {
  const parsed = conditionSchema.safeParse(raw ?? {});
  if (!parsed.success) throw new PolicyError('its Condition is not of the form operator, key, values');
  const tests = Object.entries(parsed.data).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => parseTest(operator, key, wanted)),
  );
  return (lookUp) => tests.every((holds) => holds(lookUp));
}

function parseTest(operator: string, name: string, wanted: readonly string[]): Holds {
  if (operator === 'Null') return parseNull(conditionKey(name), wanted);
  const [, quantifier, operatorName = '', ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const { compile, negated } = operatorNamed(operatorName);
  const key = conditionKey(name);
  const tests = wanted.map((text) => compileText(text, compile));

  /** For one value: any of the wanted ones; of a negated operator, none of them. */
  const fits = (value: string, lookUp: ContextLookup) => tests.some((matches) => matches(value, lookUp)) !== negated;
  return (lookUp) => {
    const values = valuesOf(lookUp(key));
    if (quantifier === 'ForAllValues') return (values ?? []).every((value) => fits(value, lookUp));
    if (values === undefined) return ifExists !== undefined || (negated && quantifier === undefined);
    return values.some((value) => fits(value, lookUp));
  };
}

/** `Null: { key: true }` holds when the key is absent. */
function parseNull(key: string, wanted: readonly string[]): Holds {
  const [isAbsent, ...others] = wanted;
  if (others.length > 0 || (isAbsent !== 'true' && isAbsent !== 'false')) {
    throw new PolicyError(`its condition Null of ${key} is neither true nor false`);
  }
  return (lookUp) => (lookUp(key) === undefined) === (isAbsent === 'true');
}

function valuesOf(value: Context[string]): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? [value] : value;
}
