import type { Outcome } from '../../core/outcome.ts';
import type { JobDelivery, JobEnd, JobPorts } from '../job-ports.ts';
import { closeAttempt } from './close-attempt.ts';
import { followUp } from './follow-up.ts';
import type { OpenAttempt } from './open-attempt.ts';

/**
 * Commits an outcome, then does what follows from the one that stands, then closes the attempt. In this order: a death
 * in between leaves work that the next delivery finds and does.
 */
export async function settle(
  ports: JobPorts,
  delivery: JobDelivery,
  draft: Outcome,
  { attempt, lastModified }: { attempt?: OpenAttempt; lastModified?: string | undefined } = {},
): Promise<JobEnd> {
  const { outcome, won } = await ports.outcomes.commit(draft, delivery.failedAt);
  const { jobId, status, reason, milliseconds, attempts } = outcome;
  ports.logger.info({ jobId, status, reason, milliseconds, attempts, won, key: outcome.source?.key }, 'job settled');
  await followUp(ports, delivery, outcome, lastModified);
  if (attempt !== undefined) await closeAttempt(ports, jobId, attempt, status);
  return { kind: 'settled', outcome };
}
