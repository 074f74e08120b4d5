import type { Attempt } from '../../core/attempts.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { JobPorts } from '../job-ports.ts';
import type { OpenAttempt } from './open-attempt.ts';

const MAX_CONFLICTS = 10;

/** Waits before an attempt that could not be closed is tried again, seconds: ten minutes of trouble are got over. */
const LATER_SECONDS = [5, 10, 20, 40, 80, 160, 300];

/**
 * Writes down how an attempt ended and gives back all attempts; undefined when that could not be written. It never
 * rejects: what cannot be written now is tried again in the background. An attempt must not stay open for long in a task
 * that lives on: whatever kills the task later would be held against the job. One that ran alone is sure to be blamed, so
 * until it is closed nothing else runs that could do that.
 */
export async function closeAttempt(
  ports: JobPorts,
  jobId: Job['jobId'],
  attempt: Pick<OpenAttempt, 'id' | 'alone' | 'hold' | 'written'>,
  closed: NonNullable<Attempt['closed']>,
  error?: string,
): Promise<readonly Attempt[] | undefined> {
  const end = { closed, ...(error === undefined ? {} : { error }) };
  try {
    return await writeEnd(ports, jobId, attempt.id, end, attempt.written);
  } catch (failure) {
    ports.logger.warn({ jobId, closed, error: failure }, 'attempt not closed');
    const over = closeLater(ports, jobId, attempt.id, end);
    if (attempt.alone) attempt.hold(over);
    return undefined;
  }
}

type End = Pick<Attempt, 'error'> & { readonly closed: NonNullable<Attempt['closed']> };

async function closeLater(ports: JobPorts, jobId: Job['jobId'], attemptId: string, end: End): Promise<void> {
  for (const seconds of LATER_SECONDS) {
    await ports.clock.sleep(seconds * 1000);
    try {
      await writeEnd(ports, jobId, attemptId, end);
      return ports.logger.info({ jobId, closed: end.closed }, 'attempt closed late');
    } catch (error) {
      ports.logger.warn({ jobId, closed: end.closed, error }, 'attempt still not closed');
    }
  }
}

async function writeEnd(
  ports: JobPorts,
  jobId: Job['jobId'],
  attemptId: string,
  end: End,
  written?: OpenAttempt['written'],
): Promise<readonly Attempt[] | undefined> {
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
    // Nobody else has written to it meanwhile, as a rule; if so, the write is refused.
    const stored = (conflicts === 0 ? written : undefined) ?? (await ports.journal.read(jobId));
    // A redrive began a new journal: this one is history.
    if (!stored?.record.attempts.some(({ id }) => id === attemptId)) return undefined;
    const attempts = stored.record.attempts.map((attempt) =>
      attempt.id === attemptId ? { ...attempt, ...end } : attempt,
    );
    if ((await ports.journal.write({ ...stored.record, attempts }, stored.etag)) !== undefined) return attempts;
  }
  throw new SlipwayError('journal-contended', 'The journal of the job changes too often.', { retryable: true });
}
