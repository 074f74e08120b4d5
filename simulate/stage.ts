import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../cli/usage-error.ts';
import { PARAMETER_NAMES, parseStageParameters } from '../infra/stage-parameters.ts';
import { templateValues } from '../infra/template-values.ts';

/** What a simulation takes from a stage of the template. */
export type Stage = ReturnType<typeof templateValues> & {
  readonly name: string;
  /** Of the scaler's function. */
  readonly idleSeconds: number;
  readonly holdSeconds: number;
};

const parametersSchema = z.record(z.string(), z.union([z.string(), z.number()]));
const serviceSchema = z.object({ params: z.record(z.string(), parametersSchema) });
const functionSchema = z.object({
  function: z.object({ environment: z.object({ IDLE_SECONDS: z.coerce.number(), HOLD_SECONDS: z.coerce.number() }) }),
});

/** Any image will do: none is started. */
const IMAGE = '000000000000.dkr.ecr.us-east-1.amazonaws.com/slipway:simulated';

/** A file of the project's folder as YAML; CloudFormation's tags are left out. */
export async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(new URL(`../${path}`, import.meta.url), 'utf8');
  return parse(text, { logLevel: 'error', merge: true });
}

/**
 * A stage's parameters, checked as for a deployment, and what follows from them, from the files that are deployed. `params`:
 * NAME=VALUE, as `--param` has them. Throws one sentence when one is wrong.
 */
export async function readStage(name: string, params: readonly string[]): Promise<Stage> {
  const { params: stages } = serviceSchema.parse(await readYaml('serverless.yml'));
  const own = stages[name];
  if (own === undefined && name !== 'default') {
    const names = Object.keys(stages).filter((stage) => stage !== 'default');
    throw new UsageError(`There is no stage "${name}"; expected one of: ${names.join(', ')}.`);
  }
  const given = Object.fromEntries(params.map(assignment));
  const values = templateValues(checked({ ...stages.default, ...own, imageUri: IMAGE, ...given }));
  const scaler = functionSchema.parse(await readYaml('infra/function-scale-service.yml')).function.environment;
  return { ...values, name, idleSeconds: scaler.IDLE_SECONDS, holdSeconds: scaler.HOLD_SECONDS };
}

function checked(values: Readonly<Record<string, unknown>>) {
  try {
    return parseStageParameters(values);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function assignment(text: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (PARAMETER_NAMES.includes(name)) return [name, value];
  throw new UsageError(`--param ${text}: expected NAME=VALUE, where NAME is one of ${PARAMETER_NAMES.join(', ')}.`);
}
