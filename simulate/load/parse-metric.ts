import { z } from 'zod';
import { UsageError } from '../../cli/usage-error.ts';
import { readTime } from './read-time.ts';
import type { Arrivals } from './spread.ts';

const time = z.union([z.string(), z.number()]);
const dataSchema = z.object({
  MetricDataResults: z.array(z.object({ Timestamps: z.array(time), Values: z.array(z.number()) })).min(1),
});
const statisticsSchema = z.object({ Datapoints: z.array(z.object({ Timestamp: time, Sum: z.number() })) });

/** What `aws cloudwatch get-metric-data` or `get-metric-statistics` prints of NumberOfMessagesSent, by its sum. */
export function parseMetric(text: string, name: string): readonly Arrivals[] {
  const points = pointsOf(parsed(text, name), name);
  const rows = points.map(([written, sum]) => {
    const at = readTime(written);
    if (at === undefined) throw new UsageError(`${name}: ${JSON.stringify(written)} is no time.`);
    if (!(sum >= 0))
      throw new UsageError(`${name}: the sum at ${written} is ${sum}; expected one that is not negative.`);
    return { at, count: Math.round(sum), isMoment: false };
  });
  if (rows.every(({ count }) => count === 0)) throw new UsageError(`${name} holds no messages.`);
  return rows.sort((a, b) => a.at - b.at);
}

function pointsOf(value: unknown, name: string): readonly (readonly [string | number, number])[] {
  const data = dataSchema.safeParse(value);
  if (data.success) {
    const { Timestamps = [], Values = [] } = data.data.MetricDataResults[0] ?? {};
    if (Timestamps.length !== Values.length) {
      throw new UsageError(
        `${name} has ${Timestamps.length} timestamps and ${Values.length} values; expected as many.`,
      );
    }
    return Timestamps.map((at, index) => [at, Values[index] ?? 0] as const);
  }
  const statistics = statisticsSchema.safeParse(value);
  if (statistics.success) return statistics.data.Datapoints.map(({ Timestamp, Sum }) => [Timestamp, Sum] as const);
  throw new UsageError(
    `${name} is no CloudWatch export; expected what "aws cloudwatch get-metric-data" or "get-metric-statistics --statistics Sum" prints.`,
  );
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} begins like JSON, and is none.`);
  }
}
