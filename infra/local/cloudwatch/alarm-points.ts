import { type AlarmDefinition, returningQuery } from './alarm-definition.ts';
import { breaches, EXTRA_PERIODS, type Point } from './alarm-state.ts';
import { periodMsOf, runQueries, seriesOfValue } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';

/** When an alarm is looked at, and whether a period counts before it is over. */
export interface Look {
  readonly now: number;
  readonly runningPeriodCounts: boolean;
}

/** The points of an alarm's evaluation range at a moment, newest first. */
export function alarmPoints(store: MetricStore, alarm: AlarmDefinition, look: Look): Point[] {
  const { now } = look;
  const periodMs = periodMsOf(alarm.queries);
  const running = Math.floor(now / periodMs) * periodMs;
  const count = alarm.evaluationPeriods + EXTRA_PERIODS;
  const range = { from: running - count * periodMs, to: running + periodMs };
  const result = runQueries(store, alarm.queries, range);
  const query = returningQuery(alarm);
  const [found] = seriesOfValue(query, result.value(query.Id));
  const values = found?.series ?? new Map<number, number>();
  const measured = look.runningPeriodCounts && result.metrics.some((metric) => metric.series.has(running));
  const newest = measured && runningPeriodCounts(alarm, values.get(running)) ? running : running - periodMs;
  return Array.from({ length: count }, (_, index) => {
    const at = newest - index * periodMs;
    return { at, value: values.get(at) };
  });
}

/**
 * Whether the running period is a data point already. AWS waits for its end; here it counts at once, so that a service
 * wakes within seconds. A sum only grows until the period ends: it counts once it breaches upwards, and proves nothing
 * before.
 */
export function runningPeriodCounts(alarm: AlarmDefinition, value: number | undefined): boolean {
  if (value === undefined) return false;
  const statistic = returningQuery(alarm).MetricStat?.Stat;
  if (statistic !== 'Sum' && statistic !== 'SampleCount') return true;
  return alarm.comparison.startsWith('GreaterThan') && breaches(alarm, value);
}
