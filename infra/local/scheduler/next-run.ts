import type { NextWallTime } from './cron-expression.ts';
import { parseScheduleExpression } from './schedule-expression.ts';
import { instantOf, wallTime } from './time-zone.ts';

/** When a schedule fires. Times are Unix epochs in milliseconds. */
export interface Recurrence {
  readonly expression: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly startDate?: number | undefined;
  readonly endDate?: number | undefined;
  /** When the schedule was made or its timing changed: a rate without a start date counts from here. */
  readonly anchor: number;
}

// Enough for every minute of a repeated hour, and for a yearly time that falls into a gap now and then.
const MAX_SKIPS = 5_000;

/**
 * The first time after `after` at which a schedule fires, or undefined when it never does again. A time that the clocks
 * jump over in spring is skipped; one that they repeat in autumn fires once, the first time. A rate begins at once, or at
 * its start date. Start and end dates do not apply to `at`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextRun(recurrence: Recurrence, after: number): number | undefined {
  const expression = parseScheduleExpression(recurrence.expression);
  if (expression.kind === 'at') {
    const instant = instantOf(expression.wall, recurrence.timeZone);
    return instant !== undefined && instant > after ? instant : undefined;
  }
  const notBefore = Math.max(after, (recurrence.startDate ?? Number.NEGATIVE_INFINITY) - 1);
  const next =
    expression.kind === 'rate'
      ? nextOfRate(expression.everyMs, recurrence.startDate ?? recurrence.anchor, notBefore)
      : nextOfCron(expression.next, recurrence.timeZone, notBefore);
  return next !== undefined && next <= (recurrence.endDate ?? Number.POSITIVE_INFINITY) ? next : undefined;
}

function nextOfRate(everyMs: number, origin: number, after: number): number {
  if (after < origin) return origin;
  return origin + (Math.floor((after - origin) / everyMs) + 1) * everyMs;
}

function nextOfCron(next: NextWallTime, timeZone: string, after: number): number | undefined {
  let wall = wallTime(after, timeZone);
  for (let skips = 0; skips < MAX_SKIPS; skips += 1) {
    const candidate = next(wall);
    if (candidate === undefined) return undefined;
    const instant = instantOf(candidate, timeZone);
    if (instant !== undefined && instant > after) return instant;
    wall = candidate;
  }
  return undefined;
}
