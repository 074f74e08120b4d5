import { parseArgs } from 'node:util';

/** What `npm run bench` was asked for. */
export interface Options {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly rounds: number;
  readonly count: number;
  /** Whether docs/benchmarks.md is written. */
  readonly write: boolean;
}

/** Says what the command takes. */
export const USAGE = `npm run bench -- [--quick] [--only AREA,…] [--rounds N] [--count N] [--no-write]

  --quick      few repeats, no page written; exit code 1 when a ratio is far off its goal
  --only       some areas alone; no page written
  --rounds N   repeats of each measurement (5, or 2 with --quick)
  --count N    objects of the area "scale" (100,000, or 500 with --quick)
  --no-write   leave docs/benchmarks.md as it is`;

/** Reads the command line. Throws an Error of one sentence. */
export function readOptions(args: readonly string[], areas: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      count: { type: 'string' },
      write: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const { quick } = values;
  const only = values.only.split(',').filter(Boolean);
  const strange = only.find((name) => !areas.includes(name));
  if (strange !== undefined)
    throw new Error(`There is no area ${JSON.stringify(strange)}; expected ${areas.join(', ')}.`);
  return {
    quick,
    only,
    rounds: whole('--rounds', values.rounds, quick ? 2 : 5),
    count: whole('--count', values.count, quick ? 500 : 100_000),
    write: values.write && !quick && only.length === 0,
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
}
