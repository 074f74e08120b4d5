import { drainSeconds } from './latency-target.ts';
import type { QueueReading, ScalingRule, ScalingSituation, Seen } from './scaling.ts';
import { rateOf, slotsOf } from './task-rate.ts';
import { reachedFor } from './window.ts';

/**
 * Work that the first responder has had for this long is cheaper in a task, ms: by then it has cost as much as the start
 * of a task does. Lambda's second of work is about four times a slot's.
 */
const WORTH_A_TASK_MS = 60_000;

/** Hidden messages by who can have them in hand; those that nobody can have wait for their next try, and need no slot. */
export function splitWork(
  rule: ScalingRule,
  { inFlight }: QueueReading,
  situation: ScalingSituation,
): { readonly byTasks: number; readonly byResponder: number } {
  const byTasks = Math.min(inFlight, runningTasks(rule, situation) * slotsOf(rule));
  return { byTasks, byResponder: Math.min(inFlight - byTasks, concurrency(rule)) };
}

/** Where nobody says how many run: all that are wanted when there is a first responder, else as many as it takes. */
function runningTasks(rule: ScalingRule, { running, desired }: ScalingSituation): number {
  const known = running ?? (concurrency(rule) > 0 ? desired : Number.POSITIVE_INFINITY);
  return Number.isNaN(known) ? Number.POSITIVE_INFINITY : Math.max(0, known);
}

/** Jobs that the first responder does within the latency target while it is in front of a sleeping service. */
export function withinReach(rule: ScalingRule, situation: ScalingSituation): number {
  if (situation.desired > 0 || !Number.isFinite(rule.latencyTargetSeconds)) return 0;
  const perSlot = rateOf(rule, situation) / slotsOf(rule);
  return concurrency(rule) * perSlot * rule.latencyTargetSeconds;
}

/** Jobs of the first responder that last: those that it had in hand for a minute of the last two. */
export function lastingJobs(responding: readonly Seen[]): number {
  return reachedFor(responding, WORTH_A_TASK_MS);
}

/** Whether the first responder should take messages: while no task runs, and what waits is out of the tasks' reach. */
export function respondsTo(rule: ScalingRule, reading: QueueReading, situation: ScalingSituation): boolean {
  if (concurrency(rule) === 0) return false;
  const running = runningTasks(rule, situation);
  if (running === 0) return true;
  const reach = running * rateOf(rule, situation) * drainSeconds(rule.latencyTargetSeconds);
  return reading.visible > reach || reading.inFlight > running * slotsOf(rule);
}

function concurrency({ responderSlots = 0 }: ScalingRule): number {
  return Number.isFinite(responderSlots) ? Math.max(0, responderSlots) : 0;
}
