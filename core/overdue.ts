/** With this reason the sweep stops a launched task, and by it the handler of the stop knows whose stop it is. */
export const OVERDUE_REASON = 'Slipway: the task ran longer than its job may take.';

/** To be placed, to pull the image, to bring the outputs home, and to end by itself once its processor was killed. */
const MARGIN_MS = 30 * 60_000;

/** A twentieth of what S3 gives a task; what is slower stands still. */
const LEAST_BYTES_PER_SECOND = 5_000_000;

/**
 * Whether a launched task has had more time than its job can need: the deadline is the processor's alone, the download
 * comes before it. `startedAt` is that of its creation while it waits to start.
 */
export function isOverdue(
  task: { readonly startedAt: number; readonly bytes: number },
  now: number,
  deadlineMs: number,
): boolean {
  return now - task.startedAt > deadlineMs + MARGIN_MS + (1000 * task.bytes) / LEAST_BYTES_PER_SECOND;
}
