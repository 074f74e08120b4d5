import type { Job } from '../../core/job.ts';
import type { Outcome, StoredOutput } from '../../core/outcome.ts';
import type { JobPorts } from '../job-ports.ts';

/** What a complete job adds to its outcome. */
export interface Result {
  readonly processor: string;
  readonly outputs: StoredOutput[];
  readonly metadata: Record<string, unknown>;
}

/** Writes the outcome record of one attempt, whichever way it ends. */
export interface Draft {
  complete(result: Result): Outcome;
  failed(reason: string, message: string): Outcome;
  gone(message: string): Outcome;
}

/** `attempts`: starts of the work, this one included; `startedAt`: ISO 8601, now when the work never started. */
export function draftFor(ports: JobPorts, job: Job, attempts: number, startedAt?: string): Draft {
  const started = startedAt ?? new Date(ports.clock.now()).toISOString();

  function close(rest: Pick<Outcome, 'status' | 'outputs'> & Partial<Outcome>): Outcome {
    const now = ports.clock.now();
    return {
      v: 1,
      jobId: job.jobId,
      source: job.source,
      route: ports.route,
      attempts,
      taskArn: ports.taskArn,
      startedAt: started,
      finishedAt: new Date(now).toISOString(),
      milliseconds: Math.max(0, now - Date.parse(started)),
      ...rest,
    };
  }

  return {
    complete: (result) => close({ status: 'complete', ...result }),
    failed: (reason, message) => close({ status: 'failed', reason, message, outputs: [] }),
    gone: (message) => close({ status: 'gone', message, outputs: [] }),
  };
}
