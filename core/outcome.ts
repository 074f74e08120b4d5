import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type JobId, jobIdSchema, objectVersionSchema } from './job.ts';

/**
 * The way a job took: from the job queue to the service or to the first responder (a function), or from the launch queue
 * to a task of its own.
 */
export const routeSchema = z.enum(['service', 'responder', 'task']);
export type Route = z.infer<typeof routeSchema>;
/** Routes with a queue of their own: the responder takes from the service's. */
export type QueueRoute = Exclude<Route, 'responder'>;

/** Whose queue a job came from. */
export function queueRouteOf(route: Route): QueueRoute {
  return route === 'task' ? 'task' : 'service';
}

export const outputSchema = z.object({
  /** What the processor called it: `thumb.webp`. Unique within the job. */
  name: z.string().min(1).max(255),
  /** Key in the results bucket, and path below the shared file system's root. */
  key: z.string().min(1),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  contentType: z.string().min(1),
});
export type StoredOutput = z.infer<typeof outputSchema>;

/**
 * The final record of a job, `outcomes/<jobId>.json`: written once, and once more for each redrive of a failure. Unknown
 * members are kept out, not refused.
 */
export const outcomeSchema = z.object({
  v: z.literal(1),
  jobId: jobIdSchema,
  status: z.enum(['complete', 'failed', 'gone']),
  /** Code from FAILURE_REASONS or the processor's own; only when `failed`. */
  reason: z.string().exactOptional(),
  /** One sentence for a person; when `failed` or `gone`. */
  message: z.string().exactOptional(),
  /** Absent when the message named no object. */
  source: objectVersionSchema.exactOptional(),
  processor: z.string().exactOptional(),
  route: routeSchema,
  /** Starts of the work, this one included. */
  attempts: z.number().int().nonnegative(),
  /** What worked on it: a task, or the first responder's function. */
  taskArn: z.string().exactOptional(),
  /** ISO 8601. */
  startedAt: z.string(),
  finishedAt: z.string(),
  /** From start to finish of the last attempt. */
  milliseconds: z.number().nonnegative(),
  outputs: z.array(outputSchema),
  /** What the processor found out about the object. */
  metadata: z.record(z.string(), z.unknown()).exactOptional(),
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** `latest/<sha256(key)>.json`: the newest complete version of a key. */
export const latestSchema = z.object({
  v: z.literal(1),
  key: z.string(),
  jobId: jobIdSchema,
  versionId: z.string().exactOptional(),
  sequencer: z.string(),
  /** ISO 8601, S3's LastModified: decides where a sequencer is missing. */
  lastModified: z.string().exactOptional(),
});
export type Latest = z.infer<typeof latestSchema>;

/** `journal/<jobId>.json`: the attempts so far, changed with compare-and-swap. */
export const journalSchema = z.object({
  v: z.literal(1),
  jobId: jobIdSchema,
  /** After a redrive: `finishedAt` of the failure that these attempts are to replace; those before it are gone. */
  failedAt: z.string().exactOptional(),
  attempts: z.array(
    z.object({
      id: z.string(),
      taskArn: z.string(),
      startedAt: z.string(),
      /** ISO 8601: Lambda has ended it by then, however it went. Absent where ECS can be asked, of a task. */
      endsBy: z.string().exactOptional(),
      /** Whether no other job ran beside it in the task. */
      alone: z.boolean(),
      /** How it ended; absent while it runs, and after a crash. */
      closed: z.enum(['complete', 'failed', 'gone', 'error', 'released']).exactOptional(),
      error: z.string().exactOptional(),
    }),
  ),
});
export type Journal = z.infer<typeof journalSchema>;

/** Keys of the results bucket. */
export const recordKeys = {
  outcome: (jobId: JobId) => `outcomes/${jobId}.json`,
  journal: (jobId: JobId) => `journal/${jobId}.json`,
  latest: (key: string) => `latest/${createHash('sha256').update(key).digest('hex')}.json`,
  output: (jobId: JobId, sha256: string, extension: string) => `outputs/${jobId}/${sha256}${extension}`,
  /** `timeline/yyyy/mm/dd/HH/<finishedAt>-<jobId>.json`. */
  timeline: (outcome: Pick<Outcome, 'jobId' | 'finishedAt'>) => {
    const at = new Date(outcome.finishedAt).toISOString();
    const hour = `${at.slice(0, 4)}/${at.slice(5, 7)}/${at.slice(8, 10)}/${at.slice(11, 13)}`;
    return `timeline/${hour}/${at.replaceAll(/[:.]/g, '-')}-${outcome.jobId}.json`;
  },
  report: (startedAt: string) => `reports/${startedAt.replaceAll(/[:.]/g, '-')}.json`,
  sweepLease: () => 'locks/sweep',
} as const;

/** `timeline/…`: what a list shows of an outcome, without reading the outcome. */
export const timelineEntrySchema = z.object({
  v: z.literal(1),
  ...outcomeSchema.pick({ jobId: true, status: true, reason: true, route: true, finishedAt: true, milliseconds: true })
    .shape,
  key: z.string().exactOptional(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** The entry of an outcome. */
export function timelineEntryOf(outcome: Outcome): TimelineEntry {
  return timelineEntrySchema.parse({
    ...outcome,
    ...(outcome.source === undefined ? {} : { key: outcome.source.key }),
  });
}
