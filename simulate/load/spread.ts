import { UsageError } from '../../cli/usage-error.ts';
import type { Random } from '../random.ts';

/** Messages that arrived at a moment, or from then until the next row. */
export interface Arrivals {
  /** Seconds. */
  readonly at: number;
  readonly count: number;
  readonly isMoment: boolean;
}

/** More than this does not fit into memory. */
const MOST_MESSAGES = 20_000_000;
/** Of a single row, whose length nobody can tell, seconds. */
const ONE_ROW_SECONDS = 60;
/** A run spans this at most: a year, seconds. */
const LONGEST_SECONDS = 366 * 86_400;

/**
 * Arrival times in seconds from the first row on, ascending. A count is spread over the time until the next row, but over no
 * more than the usual distance of two rows. Throws when there are too many.
 */
export function spread(rows: readonly Arrivals[], random: Random): Float64Array {
  const first = rows[0]?.at ?? 0;
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  if (total > MOST_MESSAGES) {
    throw new UsageError(`The load has ${total.toLocaleString('en-US')} messages; expected at most 20,000,000.`);
  }
  if ((rows.at(-1)?.at ?? first) - first > LONGEST_SECONDS) {
    throw new UsageError('The load spans more than a year; are its times of one kind?');
  }
  const usual = usualDistance(rows);
  const times = new Float64Array(total);
  let index = 0;
  for (const [row, { at, count, isMoment }] of rows.entries()) {
    const next = rows[row + 1]?.at;
    const length = isMoment ? 0 : Math.min(usual, next === undefined ? usual : next - at);
    for (let message = 0; message < count; message++) times[index++] = at - first + length * random.next();
  }
  return times.sort();
}

function usualDistance(rows: readonly Arrivals[]): number {
  const distances = rows
    .slice(1)
    .map(({ at }, index) => at - (rows[index]?.at ?? at))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? ONE_ROW_SECONDS;
}
