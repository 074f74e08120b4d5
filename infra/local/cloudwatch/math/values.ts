import { AwsError } from '../../http/aws-error.ts';

/** Values by the start of their period, Unix epoch in milliseconds. A period without a value is not in the map. */
export type Series = ReadonlyMap<number, number>;

/** One series of a list of series; the label tells it from the others. */
export interface LabelledSeries {
  readonly label: string;
  readonly series: Series;
}

/** What an expression evaluates to: a scalar, a time series, or a list of time series. */
export type Value = number | Series | readonly LabelledSeries[];

export function isSeries(value: Value): value is Series {
  return value instanceof Map;
}

export function isList(value: Value): value is readonly LabelledSeries[] {
  return Array.isArray(value);
}

/** Applies `f` to each number of a value. */
export function mapValue(value: Value, f: (number: number) => number): Value {
  if (typeof value === 'number') return f(value);
  if (isSeries(value)) return seriesOf([...value].map(([at, number]) => [at, f(number)]));
  return value.map((member) => ({ ...member, series: mapValue(member.series, f) as Series }));
}

/** Applies `f` to two values; two series give a value only where both have one. */
export function combine(left: Value, right: Value, f: (left: number, right: number) => number): Value {
  if (isList(left) && isList(right)) {
    throw new AwsError('ValidationError', 'An operator cannot join two lists of time series.');
  }
  if (isList(left)) return left.map((member) => ({ ...member, series: combine(member.series, right, f) as Series }));
  if (isList(right)) return right.map((member) => ({ ...member, series: combine(left, member.series, f) as Series }));
  if (typeof left === 'number') return mapValue(right, (number) => f(left, number));
  if (typeof right === 'number') return mapValue(left, (number) => f(number, right));
  const entries: [number, number][] = [];
  for (const [at, number] of left) {
    const other = right.get(at);
    if (other !== undefined) entries.push([at, f(number, other)]);
  }
  return seriesOf(entries);
}

/** A series of the entries whose value is a number: a division by zero is a missing data point. */
export function seriesOf(entries: readonly (readonly [number, number])[]): Series {
  return new Map(entries.filter(([, number]) => Number.isFinite(number)));
}

/** The number that a scalar or a series has at a time. */
export function at(value: number | Series, time: number): number | undefined {
  return typeof value === 'number' ? value : value.get(time);
}
