import * as z from 'zod';
import type { ShareOrder } from './share-file.ts';

/** What the worker asks of the process that writes to the shared file system. */
export interface ToSharer extends ShareOrder {
  readonly id: number;
}

/** What it answers: without `error` the file is there. `code` is the system's (`ENOSPC` …) or ours. */
export const fromSharerSchema = z.object({
  id: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type FromSharer = z.infer<typeof fromSharerSchema>;
