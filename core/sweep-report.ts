import * as z from 'zod';

/** `reports/<startedAt>.json`: what a sweep found and did. */
export const sweepReportSchema = z.object({
  v: z.literal(1),
  /** ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  /** False when the sweep was stopped before its end. */
  complete: z.boolean(),
  /** Object versions seen, folder markers left out. */
  scanned: z.number().int().nonnegative(),
  withOutcome: z.number().int().nonnegative(),
  /** Without an outcome, but too young to worry about. */
  young: z.number().int().nonnegative(),
  /** Put back, by route. */
  requeued: z.object({ service: z.number().int().nonnegative(), task: z.number().int().nonnegative() }),
  /** Keys of the first ones put back. */
  sample: z.array(z.string()),
});
export type SweepReport = z.infer<typeof sweepReportSchema>;
