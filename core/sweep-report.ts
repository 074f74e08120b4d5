import * as z from 'zod';

const count = z.number().int().nonnegative();
const byRoute = z.object({ service: count, task: count });

/** How a sweep ended. */
export const SWEEP_ENDS = ['complete', 'stopped', 'lease-lost', 'skipped-overlap'] as const;

/** `reports/<startedAt>.json`: what a sweep found and did. */
export const sweepReportSchema = z.object({
  v: z.literal(1),
  /** ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  milliseconds: count,
  taskArn: z.string(),
  /** Only `complete` has seen everything; `skipped-overlap` has done nothing, because another sweep was at work. */
  end: z.enum(SWEEP_ENDS),
  /** ARN of that other sweep's task. */
  heldBy: z.string().exactOptional(),
  /** Object versions seen, folder markers left out. */
  scanned: count,
  withOutcome: count,
  /** Without an outcome, but too young to worry about. */
  young: count,
  /** Without an outcome, and probably in a queue that has messages: put back lately. */
  waiting: count,
  /** Without an outcome, and being worked on. */
  inWork: count,
  /** Put back, by route. */
  requeued: byRoute,
  /** Those of them whose queue was empty: surely lost. */
  lost: count,
  /** Keys of the first ones put back. */
  sample: z.array(z.string()),
  /** Outcomes whose dead letter, pointer or timeline entry was missing and is made up for. */
  followedUp: count,
  /** Of the pointers to the newest version that were looked at in this run. */
  pointers: z.object({ checked: count, moved: count }),
  /** Launched tasks that were stopped because they were past their job's deadline. */
  overdue: count,
  /** E-mails on what was held back before. */
  digests: count,
  /** Things that could not be done, and are left to the next sweep; the log has each. */
  problems: count,
  /** Calls to AWS, retries included. */
  requests: count,
  /** The most memory that the process had, MiB. */
  peakMib: count,
});
export type SweepReport = z.infer<typeof sweepReportSchema>;
