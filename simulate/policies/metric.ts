import type { View } from '../engine/policy.ts';
import type { Random } from '../random.ts';

/** A CloudWatch metric: one datapoint a period, seen some time after the period's end. */
export interface Metric {
  /** Once a second. */
  tick(view: View): void;
  /** The last `count` datapoints that have come, oldest first; fewer when there are not as many yet. */
  last(count: number): readonly number[];
}

/** Datapoints that an alarm ever looks back on. */
const KEPT = 64;

/** A metric of `value`, sampled each second. NaN is no sample; a period without a sample has no datapoint. */
export function createMetric(
  options: {
    readonly period: number;
    readonly statistic: 'average' | 'maximum' | 'last';
    /** From the end of a period until its datapoint is seen, seconds. */
    readonly lag: readonly [number, number];
    value(view: View): number;
  },
  random: Random,
): Metric {
  const { period, statistic, lag, value } = options;
  const phase = Math.floor(random.next() * period);
  const coming: { readonly at: number; readonly value: number }[] = [];
  const points: number[] = [];
  let sum = 0;
  let most = Number.NEGATIVE_INFINITY;
  let newest = Number.NaN;
  let samples = 0;

  function close(second: number): void {
    const point = statistic === 'average' ? sum / samples : statistic === 'maximum' ? most : newest;
    if (samples > 0) coming.push({ at: second + random.between(lag[0], lag[1]), value: point });
    sum = 0;
    most = Number.NEGATIVE_INFINITY;
    samples = 0;
  }

  return {
    tick(view) {
      const sample = value(view);
      if (!Number.isNaN(sample)) {
        sum += sample;
        most = Math.max(most, sample);
        newest = sample;
        samples += 1;
      }
      if ((view.second + phase) % period === 0) close(view.second);
      while ((coming[0]?.at ?? Number.POSITIVE_INFINITY) <= view.second) {
        points.push(coming.shift()?.value ?? 0);
        if (points.length > KEPT) points.shift();
      }
    },
    last: (count) => points.slice(-count),
  };
}
