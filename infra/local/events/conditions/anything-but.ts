import { describeValue, isObject, patternError } from '../pattern-error.ts';
import type { LeafTest, Operator, Path } from './field-conditions.ts';
import { equalsIgnoreCase, prefix, suffix, wildcard } from './text.ts';

const INSIDE: Readonly<Record<string, Operator>> = {
  prefix,
  suffix,
  'equals-ignore-case': equalsIgnoreCase,
  wildcard,
};

/** `{"anything-but": …}` with a value, a list of values of one kind, or one text operator with a string or a list. */
export const anythingBut: Operator = (operand, path) => {
  const excluded = isObject(operand) ? operatorTests(operand, path) : [valuesTest(operand, path)];
  return (leaf) => !excluded.some((test) => test(leaf));
};

function valuesTest(operand: unknown, path: Path): LeafTest {
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw patternError(
      path,
      'a string, a number, a list of only strings or only numbers, or an operator',
      describeValue(operand),
    );
  }
  const excluded = new Set<unknown>(values);
  return (leaf) => excluded.has(leaf);
}

function operatorTests(operand: Record<string, unknown>, path: Path): LeafTest[] {
  const [name, ...more] = Object.keys(operand);
  const operator = name !== undefined && Object.hasOwn(INSIDE, name) ? INSIDE[name] : undefined;
  if (name === undefined || !operator || more.length > 0) {
    throw patternError(path, `one operator of ${Object.keys(INSIDE).join(', ')}`, describeValue(operand));
  }
  const values = operand[name];
  if (!Array.isArray(values)) return [operator(values, [...path, name])];
  if (values.length === 0) throw patternError([...path, name], 'at least one string', 'an empty array');
  return values.map((value, index) => operator(value, [...path, name, index]));
}
