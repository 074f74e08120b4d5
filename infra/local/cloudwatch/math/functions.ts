import { AwsError } from '../../http/aws-error.ts';
import { at, isList, isSeries, type LabelledSeries, mapValue, type Series, seriesOf, type Value } from './values.ts';

/** A function of metric math over evaluated arguments. `listed` says that they stood in a list, `[m1, m2]`. */
export type MathFunction = (args: readonly Value[], listed: boolean) => Value;

/** The functions of metric math that take values alone; METRICS and FILL's keywords are the evaluator's. */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  MAX: aggregate('MAX', (numbers) => Math.max(...numbers)),
  MIN: aggregate('MIN', (numbers) => Math.min(...numbers)),
  SUM: aggregate('SUM', sum),
  AVG: aggregate('AVG', (numbers) => sum(numbers) / numbers.length),
  CEIL: ([value]) => mapValue(required('CEIL', value), Math.ceil),
  FLOOR: ([value]) => mapValue(required('FLOOR', value), Math.floor),
  ABS: ([value]) => mapValue(required('ABS', value), Math.abs),
  IF: ([condition, whenTrue, whenFalse]) => choose(required('IF', condition), required('IF', whenTrue), whenFalse),
};

/** How FILL fills: with a number, or from the neighbouring values. */
export type Filling = number | 'REPEAT' | 'LINEAR';

/** FILL: gives every period of `times` a value. REPEAT and LINEAR invent nothing before the first value. */
export function fill(value: Value, filling: Filling, times: readonly number[]): Value {
  if (isList(value)) {
    return value.map((member) => ({ ...member, series: fill(member.series, filling, times) as Series }));
  }
  if (typeof value === 'number') throw new AwsError('ValidationError', 'FILL takes a time series, not a scalar.');
  const filled = times.map((time) => [time, value.get(time) ?? filler(value, filling, time)] as const);
  return new Map(filled.filter((entry): entry is readonly [number, number] => entry[1] !== undefined));
}

function filler(series: Series, filling: Filling, time: number): number | undefined {
  if (typeof filling === 'number') return filling;
  const entries = [...series].sort(([a], [b]) => a - b);
  const before = entries.findLast(([start]) => start < time);
  if (filling === 'REPEAT') return before?.[1];
  const after = entries.find(([start]) => start > time);
  if (!before || !after) return undefined;
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0]);
}

/** One time series gives a scalar over time; a list, or several arguments, gives a series across its members. */
function aggregate(name: string, f: (numbers: readonly number[]) => number): MathFunction {
  return (args, listed) => {
    const [only] = args;
    if (only === undefined) throw new AwsError('ValidationError', `${name} needs an argument.`);
    if (args.length === 1 && !listed && isSeries(only)) return only.size === 0 ? new Map() : f([...only.values()]);
    return acrossMembers(args.flatMap(membersOf), f);
  };
}

function acrossMembers(members: readonly (number | Series)[], f: (numbers: readonly number[]) => number): Value {
  const times = new Set(members.flatMap((member) => (typeof member === 'number' ? [] : [...member.keys()])));
  if (members.length > 0 && members.every((member) => typeof member === 'number')) return f(members as number[]);
  return seriesOf(
    [...times]
      .sort((a, b) => a - b)
      .map((time) => [
        time,
        f(members.map((member) => at(member, time)).filter((number): number is number => number !== undefined)),
      ]),
  );
}

function membersOf(value: Value): (number | Series)[] {
  return isList(value) ? value.map((member: LabelledSeries) => member.series) : [value];
}

function choose(condition: Value, whenTrue: Value, whenFalse: Value | undefined): Value {
  if (isList(condition) || isList(whenTrue) || (whenFalse !== undefined && isList(whenFalse))) {
    throw new AwsError('ValidationError', 'IF takes scalars and single time series.');
  }
  if (typeof condition === 'number') return condition !== 0 ? whenTrue : (whenFalse ?? new Map());
  const entries: [number, number][] = [];
  for (const [time, holds] of condition) {
    const chosen = holds !== 0 ? whenTrue : whenFalse;
    const number = chosen === undefined ? undefined : at(chosen, time);
    if (number !== undefined) entries.push([time, number]);
  }
  return seriesOf(entries);
}

function required(name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new AwsError('ValidationError', `${name} is missing an argument.`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
