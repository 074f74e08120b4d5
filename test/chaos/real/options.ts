import { parseArgs } from 'node:util';
import { findMutant, type Mutant } from './mutants.ts';

/** What a run is asked for. */
export interface ChaosOptions {
  readonly seed: number;
  readonly uploads: number;
  /** Workers that are killed. */
  readonly kills: number;
  readonly mutant: Mutant | undefined;
  /** Kills the stand-in itself in the middle of the uploads, and starts it again. */
  readonly restart: boolean;
  readonly json: boolean;
  readonly listMutants: boolean;
  /** Leaves the run's folder behind and says where it is. */
  readonly keep: boolean;
}

export const USAGE = `usage: npm run chaos -- [--seed N] [--uploads N] [--kills N] [--mutate NAME] [--restart] [--json] [--keep]
       npm run chaos -- --list-mutants`;

/** A command line that asks for what is not there. */
export class UsageError extends Error {}

/** One kill for so many uploads, unless told otherwise: most jobs shall also see a worker that lives. */
const UPLOADS_PER_KILL = 12;
const UPLOADS = 600;
/** Enough for every mistake to show: every crash point, on fewer uploads. */
const UPLOADS_MUTANT = 180;
const UPLOADS_PER_KILL_MUTANT = 4;
const UPLOADS_RESTART = 300;

/** Reads the command line. Throws UsageError. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parse(args);
  const mutant = values.mutate === undefined ? undefined : mutantOf(values.mutate);
  const usual = values.restart ? UPLOADS_RESTART : mutant === undefined ? UPLOADS : UPLOADS_MUTANT;
  const uploads = whole('--uploads', values.uploads, 1, usual);
  const perKill = mutant === undefined ? UPLOADS_PER_KILL : UPLOADS_PER_KILL_MUTANT;
  return {
    seed: whole('--seed', values.seed, 0, 1),
    uploads,
    kills: whole('--kills', values.kills, 0, values.restart ? 0 : Math.round(uploads / perKill)),
    mutant,
    restart: values.restart,
    json: values.json,
    listMutants: values['list-mutants'],
    keep: values.keep,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        uploads: { type: 'string' },
        kills: { type: 'string' },
        mutate: { type: 'string' },
        restart: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'list-mutants': { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function whole(name: string, text: string | undefined, least: number, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new UsageError(`${name} takes a whole number from ${least} on, not ${JSON.stringify(text)}.`);
}

function mutantOf(name: string): Mutant {
  const mutant = findMutant(name);
  if (mutant !== undefined) return mutant;
  throw new UsageError(`There is no mutant ${JSON.stringify(name)}; --list-mutants lists them.`);
}
