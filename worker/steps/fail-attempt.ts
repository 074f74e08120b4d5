import { ObjectGoneError } from '../../aws/object-store.ts';
import { attemptError, judgeErrors, PROCESSOR_KILLED } from '../../core/attempts.ts';
import { PermanentError, SlipwayError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { JobDelivery, JobEnd, JobPorts } from '../job-ports.ts';
import { ProcessorError } from '../processor-error.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Draft } from './draft-outcome.ts';
import type { OpenAttempt } from './open-attempt.ts';
import { settle } from './settle.ts';

interface FailedAttempt {
  readonly attempt: OpenAttempt;
  readonly draft: Draft;
  readonly error: unknown;
}

/** Turns the error of an attempt into what it means for the job: an outcome, another try, or nothing at all. */
export async function failAttempt(
  ports: JobPorts,
  job: Job,
  delivery: JobDelivery,
  failed: FailedAttempt,
): Promise<JobEnd> {
  const outcome = finalOutcome(failed);
  if (outcome === undefined) return giveBack(ports, job, delivery, failed);
  try {
    return await settle(ports, delivery, outcome, { attempt: failed.attempt });
  } catch (error) {
    // The records do not answer: this attempt has ended all the same.
    return giveBack(ports, job, delivery, { ...failed, error });
  }
}

/** The outcome that no other try would change. */
function finalOutcome({ draft, error }: FailedAttempt): Outcome | undefined {
  if (error instanceof ObjectGoneError) return draft.gone(error.message);
  return error instanceof PermanentError ? draft.failed(error.code, error.message) : undefined;
}

/** Closes the attempt, so that another can follow; the one that was the last which the job may have ends the job. */
async function giveBack(
  ports: JobPorts,
  job: Job,
  delivery: JobDelivery,
  { attempt, draft, error }: FailedAttempt,
): Promise<JobEnd> {
  const text = describeError(error);
  if (delivery.signal.aborted) {
    await closeAttempt(ports, job.jobId, attempt, 'released', text);
    return { kind: 'stopped', reason: delivery.signal.reason };
  }
  const closed = countsAgainstJob(error, attempt) ? 'error' : 'released';
  const attempts = await closeAttempt(ports, job.jobId, attempt, closed, text);
  const verdict = closed === 'error' && attempts ? judgeErrors(attempts, ports.limits.maxAttempts) : undefined;
  if (verdict?.go !== 'fail') return { kind: 'retry', error };
  // The attempt is closed already, as what it was.
  return settle(ports, delivery, draft.failed(verdict.reason, verdict.message));
}

/**
 * What the processor did counts; what S3, SQS or the file system did does not, or an hour of their trouble would fail
 * good objects. A refusal to read the object counts: it is about this object, and waiting alone may not mend it.
 */
function countsAgainstJob(error: unknown, attempt: OpenAttempt): boolean {
  if (error instanceof ProcessorError) return error.code !== PROCESSOR_KILLED || attempt.alone;
  return error instanceof SlipwayError && error.code === 'access-denied';
}

function describeError(error: unknown): string {
  if (error instanceof SlipwayError) return attemptError(error.code, error.message);
  return error instanceof Error ? attemptError(error.name, error.message) : attemptError('unknown', String(error));
}
