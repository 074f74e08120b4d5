import * as z from 'zod';

/** What one sweep leaves to the next. */
export const sweepProgressSchema = z.object({
  /** Start of the last sweep that came to its end, ISO 8601. */
  lastSweepAt: z.string().exactOptional(),
  /** The key behind which the next sweep goes on checking pointers; absent: from the beginning. */
  pointerCursor: z.string().exactOptional(),
});
export type SweepProgress = z.infer<typeof sweepProgressSchema>;

/** `locks/sweep`: whose turn it is, changed with compare-and-swap alone. */
export const sweepLeaseSchema = z.object({
  v: z.literal(1),
  /** ARN of the sweep's task. */
  owner: z.string().min(1),
  /** ISO 8601. */
  takenAt: z.string(),
  expiresAt: z.string(),
  /** Its owner has given it back. */
  released: z.boolean(),
  progress: sweepProgressSchema,
});
export type SweepLease = z.infer<typeof sweepLeaseSchema>;
