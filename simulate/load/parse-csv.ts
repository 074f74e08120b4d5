import { UsageError } from '../../cli/usage-error.ts';
import { readTime } from './read-time.ts';
import type { Arrivals } from './spread.ts';

/** A file of arrivals: a timestamp a line, or `timestamp,count`. One header line is passed over. */
export function parseCsv(text: string, name: string): readonly Arrivals[] {
  const rows: Arrivals[] = [];
  let columns = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const fields = line.split(/[,;\t]/).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    if (fields.join('') === '') continue;
    if (rows.length === 0 && columns === 0 && /^[a-z_ ]+$/i.test(fields[0] ?? '')) {
      columns = fields.length;
      continue;
    }
    rows.push(rowOf(fields, `${name}, line ${index + 1}`));
  }
  if (rows.every(({ count }) => count === 0)) {
    throw new UsageError(`${name} holds no arrivals; expected a timestamp, or timestamp,count, a line.`);
  }
  return rows.sort((a, b) => a.at - b.at);
}

function rowOf(fields: readonly string[], where: string): Arrivals {
  const [time = '', count] = fields;
  const at = readTime(time);
  if (at === undefined) {
    throw new UsageError(
      `${where}: "${time.slice(0, 40)}" is no time; expected seconds or milliseconds since 1970, or 2026-01-31T12:00:00Z.`,
    );
  }
  if (fields.length > 2)
    throw new UsageError(`${where}: there are ${fields.length} columns; expected timestamp,count.`);
  if (count === undefined) return { at, count: 1, isMoment: true };
  if (!/^\d+(\.0*)?$/.test(count)) {
    throw new UsageError(
      `${where}: "${count.slice(0, 40)}" is no count; expected a whole number that is not negative.`,
    );
  }
  return { at, count: Number(count), isMoment: false };
}
