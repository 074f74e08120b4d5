import { PARAMETER_NAMES, parseStageParameters } from './stage-parameters.ts';
import { templateValues } from './template-values.ts';

/** What Serverless hands to a source of variables. */
interface Source {
  readonly address?: string | null;
  resolveVariable(variable: string): Promise<unknown>;
}

interface Serverless {
  readonly processedInput?: { readonly options?: { readonly param?: readonly string[] } };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
}

/**
 * Variables of serverless.yml: `${slipway:NAME}` is a stage parameter after its check, with its type (`--param` alone
 * gives text), or a value that follows from the parameters; `${slipway:text.NAME}` is the same as text, for environments.
 */
export default class StageParametersPlugin {
  readonly configurationVariablesSources: Readonly<Record<string, { resolve(source: Source): Promise<object> }>>;

  constructor(serverless: Serverless) {
    const given = serverless.processedInput?.options?.param ?? [];
    let told = false;
    this.configurationVariablesSources = {
      slipway: {
        async resolve({ address, resolveVariable }) {
          try {
            refuseUnknown(given);
            return { value: valueAt(address ?? '', await readParameters(resolveVariable)) };
          } catch (error) {
            // Serverless goes on and lists every variable that cannot be resolved: the first says it all.
            if (told) return { value: 0 };
            told = true;
            // Its own class is printed without a stack.
            throw new serverless.classes.Error(
              error instanceof Error ? error.message : String(error),
              'STAGE_PARAMETER',
            );
          }
        },
      },
    };
  }
}

async function readParameters(resolveVariable: Source['resolveVariable']): Promise<Record<string, unknown>> {
  const values = await Promise.all(
    PARAMETER_NAMES.map(async (name) => [name, await resolveVariable(`param:${name}, null`)] as const),
  );
  return templateValues(parseStageParameters(Object.fromEntries(values.filter(([, value]) => value != null))));
}

/** Serverless itself takes any name: a parameter that nothing reads is a typing error. */
function refuseUnknown(given: readonly string[]): void {
  for (const param of given) {
    const name = param.split('=')[0] ?? '';
    if (PARAMETER_NAMES.includes(name)) continue;
    throw new Error(`--param ${name}: there is no such stage parameter; there are ${PARAMETER_NAMES.join(', ')}.`);
  }
}

function valueAt(address: string, values: Readonly<Record<string, unknown>>): unknown {
  const name = address.replace(/^text\./, '');
  const value = values[name];
  if (value === undefined) throw new Error(`\${slipway:${address}}: there is no such value.`);
  return name === address ? value : String(value);
}
