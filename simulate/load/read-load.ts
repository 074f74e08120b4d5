import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../../cli/usage-error.ts';
import { createRandom } from '../random.ts';
import type { Work } from '../work.ts';
import { parseCsv } from './parse-csv.ts';
import { parseMetric } from './parse-metric.ts';
import { type Arrivals, spread } from './spread.ts';

/** How much jobs differ where nobody says it. */
const VARIATION = 0.7;
/** A run goes on for this long after the last arrival: until an idle service is at zero, seconds. */
const AFTERWARDS = 600;

/** A load of a file: arrivals a line, or a CloudWatch export. Throws one sentence when it cannot be read. */
export async function readLoad(path: string): Promise<readonly Arrivals[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(
      `${path} cannot be read${code === undefined ? '' : ` (${code})`}; expected a file of arrivals.`,
    );
  }
  const name = basename(path);
  return text.trimStart().startsWith('{') ? parseMetric(text, name) : parseCsv(text, name);
}

/** The work of a load for a seed. */
export function workOfLoad(rows: readonly Arrivals[], jobSeconds: number, seed: number): Work {
  const random = createRandom(seed * 101 + 7);
  const arrivals = spread(rows, random);
  const durations = Float64Array.from(arrivals, () => random.lognormal(jobSeconds, VARIATION));
  const horizon = Math.ceil(arrivals.at(-1) ?? 0) + AFTERWARDS;
  return { arrivals, durations, jobSeconds, horizon, startTasks: 0 };
}
