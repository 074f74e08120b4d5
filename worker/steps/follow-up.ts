import type { Outcome } from '../../core/outcome.ts';
import type { JobDelivery, JobPorts } from '../job-ports.ts';
import { moveLatest } from './move-latest.ts';

/**
 * What follows from an outcome, each part harmless when repeated: a failed job's message is copied to the dead-letter
 * queue, a complete one moves the pointer to the newest version, every one is put on the timeline.
 */
export async function followUp(
  ports: JobPorts,
  delivery: JobDelivery,
  outcome: Outcome,
  lastModified?: string,
): Promise<void> {
  if (outcome.status === 'failed') {
    const { reason = 'unknown', jobId, attempts } = outcome;
    await ports.deadLetters.send([{ body: delivery.body, attributes: { reason, jobId, attempts: String(attempts) } }]);
  }
  if (outcome.status === 'complete') await moveLatest(ports, outcome, lastModified);
  await ports.timeline.add(outcome);
}
