import { parseArgs } from 'node:util';

/** What a run is asked for. */
export interface ChaosOptions {
  readonly seed: number;
  readonly uploads: number;
  /** Workers that are killed. */
  readonly kills: number;
  readonly mutant: string | undefined;
  /** Kills the stand-in itself in the middle of the uploads, and starts it again. */
  readonly restart: boolean;
  readonly json: boolean;
  readonly listMutants: boolean;
  /** Leaves the run's folder behind and says where it is. */
  readonly keep: boolean;
}

const USAGE =
  'expected: npm run chaos -- [--seed N] [--uploads N] [--kills N] [--mutate NAME] [--list-mutants] [--restart] [--json] [--keep]';

/** One kill for so many uploads, unless told otherwise: most jobs shall also see a worker that lives. */
const UPLOADS_PER_KILL = 15;

/** Reads the command line. Throws one sentence with what was expected. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
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
  const uploads = whole('uploads', values.uploads, values.restart ? 300 : 600);
  return {
    seed: whole('seed', values.seed, 1),
    uploads,
    kills: whole('kills', values.kills, values.restart ? 0 : Math.round(uploads / UPLOADS_PER_KILL)),
    mutant: values.mutate,
    restart: values.restart,
    json: values.json,
    listMutants: values['list-mutants'],
    keep: values.keep,
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} is "${text}"; ${USAGE}.`);
}
