import { deadLetterAttributes } from '../../core/dead-letter.ts';
import { deadLetterBody } from '../../core/dead-letter-body.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { JobDelivery, JobPorts } from '../job-ports.ts';
import { moveLatest } from './move-latest.ts';

/**
 * What follows from an outcome, each part harmless when repeated: a failed job's message is copied to the dead-letter
 * queue, a complete one moves the pointer to the newest version, every one is put on the timeline. The timeline is last: an
 * outcome that is not on it has its follow-up still to come, which is how the sweep finds it.
 */
export async function followUp(
  ports: Pick<JobPorts, 'deadLetters' | 'latest' | 'objects' | 'timeline'>,
  delivery: Pick<JobDelivery, 'body'>,
  outcome: Outcome,
  lastModified?: string,
): Promise<void> {
  if (outcome.status === 'failed') {
    const body = deadLetterBody(delivery.body, outcome.source);
    await ports.deadLetters.send([{ body, attributes: deadLetterAttributes(outcome) }]);
  }
  if (outcome.status === 'complete') await moveLatest(ports, outcome, lastModified);
  await ports.timeline.add(outcome);
}
