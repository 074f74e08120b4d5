import * as z from 'zod';

/** `locks/surplus` in the results bucket: which tasks of the service are too many. Written by the scaler alone. */
export const surplusRecordSchema = z.object({
  v: z.literal(1),
  /** When the scaler said so last, Unix epoch, ms, by its own clock: what it does not repeat is over. */
  at: z.number(),
  /** Ids of tasks. */
  tasks: z.array(z.string()),
});
export type SurplusRecord = z.infer<typeof surplusRecordSchema>;

/** What holds is repeated this often, ms. */
export const SURPLUS_REPEAT_MS = 45_000;
/** What was not repeated for so long does not hold any more, ms: three times may fail. */
export const SURPLUS_STALE_MS = 180_000;
