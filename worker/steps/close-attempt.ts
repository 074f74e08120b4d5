import type { Attempt } from '../../core/attempts.ts';
import type { Job } from '../../core/job.ts';
import type { JobPorts } from '../job-ports.ts';

const MAX_CONFLICTS = 10;

/**
 * Writes down how an attempt ended and gives back all attempts; undefined when that could not be written. It never
 * rejects: an attempt that stays open costs the next delivery a question to ECS, no more.
 */
export async function closeAttempt(
  ports: JobPorts,
  jobId: Job['jobId'],
  attemptId: string,
  closed: NonNullable<Attempt['closed']>,
  error?: string,
): Promise<readonly Attempt[] | undefined> {
  try {
    for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
      const stored = await ports.journal.read(jobId);
      if (stored === undefined) return undefined;
      const attempts = stored.record.attempts.map((attempt) =>
        attempt.id === attemptId ? { ...attempt, closed, ...(error === undefined ? {} : { error }) } : attempt,
      );
      if (await ports.journal.write({ ...stored.record, attempts }, stored.etag)) return attempts;
    }
    ports.logger.warn({ jobId, closed }, 'attempt not closed: the journal changes too often');
  } catch (failure) {
    ports.logger.warn({ jobId, closed, error: failure }, 'attempt not closed');
  }
  return undefined;
}
