import { createHash } from 'node:crypto';
import { SlipwayError } from './errors.ts';
import type { Job, JobId } from './job.ts';
import { jobIdSchema, objectVersionSchema } from './job.ts';

/** Name of the one container of every Slipway task definition. */
export const CONTAINER_NAME = 'worker';

/** What a launched task is told through its environment: the job, and which attempt this is. */
export interface LaunchedJob {
  readonly job: Job;
  /** 1 for the first. */
  readonly attempt: number;
  /** Tasks of this job that AWS took away or could not place: not held against it, yet bounded. Absent: none. */
  readonly losses?: number;
  /** Tasks of this job that ran out of memory: the next has more. Absent: none. */
  readonly memoryKills?: number;
  /** A redrive started it: `finishedAt` of the failure that it is to replace. */
  readonly failedAt?: string;
}

/** The environment variables of a launched task; read back from a stopped task's overrides. */
export function launchEnvironment(launched: LaunchedJob): Record<string, string> {
  const { job, attempt, losses = 0, memoryKills = 0, failedAt } = launched;
  return {
    JOB: JSON.stringify(job.source),
    JOB_ID: job.jobId,
    ATTEMPT: String(attempt),
    ...(losses > 0 ? { LOSSES: String(losses) } : {}),
    ...(memoryKills > 0 ? { MEMORY_KILLS: String(memoryKills) } : {}),
    ...(failedAt === undefined ? {} : { FAILED_AT: failedAt }),
  };
}

/** The reverse of launchEnvironment. Throws SlipwayError `bad-launch` when it is no launched job's. */
export function readLaunchEnvironment(environment: Readonly<Record<string, string | undefined>>): LaunchedJob {
  const attempt = Number(environment.ATTEMPT);
  const jobId = jobIdSchema.safeParse(environment.JOB_ID);
  const source = objectVersionSchema.safeParse(safeJson(environment.JOB));
  if (!source.success || !jobId.success || !Number.isSafeInteger(attempt) || attempt < 1) {
    throw new SlipwayError('bad-launch', 'The task was started without a job: JOB, JOB_ID and ATTEMPT are expected.');
  }
  return {
    job: { jobId: jobId.data, source: source.data },
    attempt,
    ...countOf('losses', environment.LOSSES),
    ...countOf('memoryKills', environment.MEMORY_KILLS),
    ...(environment.FAILED_AT ? { failedAt: environment.FAILED_AT } : {}),
  };
}

/** `job/<id>/<attempt>`: at most 128 characters, so that a stop event leads back to its job. */
export function startedByOf(jobId: JobId, attempt: number): string {
  return `job/${jobId}/${attempt}`;
}

/** RunTask's idempotency token, 64 hex characters: one attempt of one job starts one task. */
export function clientTokenOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** A count that is none says nothing that a job should be lost for: it starts again from zero. */
function countOf<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: number } {
  const count = Number(value ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? ({ [name]: count } as { [name in Name]: number }) : {};
}

function safeJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
