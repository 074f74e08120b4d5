import { parseArgs } from 'node:util';
import { ALL_FAULTS, type FaultKind } from './faults.ts';
import { mutantNamed } from './mutants.ts';
import type { Mutation } from './mutation.ts';

export interface Options {
  /** The first seed. */
  readonly seed: number;
  readonly seeds: number;
  readonly uploads: number;
  readonly mutation: Mutation | undefined;
  readonly without: ReadonlySet<FaultKind>;
  /** The conditions of the mutant without its mistake. */
  readonly control: boolean;
  readonly trace: boolean;
  readonly json: boolean;
  readonly listMutants: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: npm run chaos:sim -- [--seeds N] [--uploads N] [--seed S] [--mutate NAME [--control]] [--without FAULT,…] [--trace] [--json]
       npm run chaos:sim -- --list-mutants | --help`;

/** A command line that asks for what is not there. */
export class UsageError extends Error {}

/** Reads the command line. Throws UsageError. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const seed = whole('--seed', values.seed ?? process.env.SEED, 1);
  if (values.control && values.mutate === undefined) throw new UsageError('--control needs --mutate NAME.');
  const single = values.seed !== undefined || process.env.SEED !== undefined || values.trace === true;
  return {
    seed,
    seeds: whole('--seeds', values.seeds, single ? 1 : values.mutate === undefined ? 100 : 20),
    uploads: whole('--uploads', values.uploads, 200),
    mutation: values.mutate === undefined ? undefined : mutantOf(values.mutate),
    without: new Set((values.without ?? '').split(',').filter(Boolean).map(faultNamed)),
    control: values.control ?? false,
    trace: values.trace ?? false,
    json: values.json ?? false,
    listMutants: values['list-mutants'] ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string' },
        uploads: { type: 'string' },
        mutate: { type: 'string' },
        without: { type: 'string' },
        control: { type: 'boolean' },
        trace: { type: 'boolean' },
        json: { type: 'boolean' },
        'list-mutants': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (cause) {
    const [sentence = ''] = (cause instanceof Error ? cause.message : String(cause)).split('. ');
    throw new UsageError(`${sentence}; --help lists the options.`, { cause });
  }
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
}

function mutantOf(name: string): Mutation {
  const mutant = mutantNamed(name);
  if (mutant !== undefined) return mutant;
  throw new UsageError(`There is no mutant ${JSON.stringify(name)}; --list-mutants lists them.`);
}

function faultNamed(name: string): FaultKind {
  const kind = ALL_FAULTS.find((candidate) => candidate === name);
  if (kind !== undefined) return kind;
  throw new UsageError(`There is no fault ${JSON.stringify(name)}; there are: ${ALL_FAULTS.join(', ')}.`);
}
