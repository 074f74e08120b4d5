import * as z from 'zod';
import type { Job } from './job.ts';
import type { LaunchedJob } from './launch.ts';
import type { TaskSize } from './task-size.ts';

/** The attribute of a message in the launch queue that asks for a later task of its job than the first. */
export const LAUNCH = 'launch';

/** A task of a job that is to be launched from the queue: what the handler of a stop would have launched itself. */
export interface QueuedLaunch {
  readonly launch: LaunchedJob;
  /** RunTask's idempotency token: one stopped task has one successor, whichever way it is launched. */
  readonly clientToken: string;
  readonly size?: TaskSize;
  /** Ephemeral storage, GiB. */
  readonly scratchGib?: number;
}

const count = z.number().int().positive();
const queuedSchema = z.object({
  attempt: count,
  losses: count.exactOptional(),
  memoryKills: count.exactOptional(),
  failedAt: z.string().min(1).exactOptional(),
  clientToken: z.string().min(1).max(64),
  size: z.object({ cpu: count, memory: count }).exactOptional(),
  scratchGib: count.exactOptional(),
});

/** The attribute's text; the job itself is in the message's body. */
export function queuedLaunchText({ launch, ...rest }: QueuedLaunch): string {
  const { job: _, ...counts } = launch;
  return JSON.stringify({ ...counts, ...rest });
}

/** The reverse of queuedLaunchText; undefined for a text that is none, which leaves an ordinary first launch. */
export function readQueuedLaunch(job: Job, text: string): QueuedLaunch | undefined {
  const parsed = queuedSchema.safeParse(safeJson(text));
  if (!parsed.success) return undefined;
  const { clientToken, size, scratchGib, ...counts } = parsed.data;
  return {
    launch: { job, ...counts },
    clientToken,
    ...(size === undefined ? {} : { size }),
    ...(scratchGib === undefined ? {} : { scratchGib }),
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
