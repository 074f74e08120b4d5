/**
 * Seconds of a cold start that a latency target has to leave room for: the slow end of Fargate's starts, and the tick
 * that asks for it. Measured in docs/scaling.md.
 */
const START_SECONDS = 45;
/** With less to drain in, tasks start for work that is over before they run, seconds. */
const LEAST_DRAIN_SECONDS = 10;
/** A patient user loses nothing by a task that comes sooner than needed: it is work to be done either way. Seconds. */
const MOST_DRAIN_SECONDS = 120;

/**
 * T: seconds in which running tasks are to work off what waits, so that a message that meets a cold start is done within
 * the target. 60 gives 15, 75 gives 30.
 */
export function drainSeconds(latencyTargetSeconds: number): number {
  if (!Number.isFinite(latencyTargetSeconds)) return LEAST_DRAIN_SECONDS;
  return Math.min(MOST_DRAIN_SECONDS, Math.max(LEAST_DRAIN_SECONDS, latencyTargetSeconds - START_SECONDS));
}
