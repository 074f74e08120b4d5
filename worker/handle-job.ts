import { isRedriveOf } from '../core/dead-letter.ts';
import type { Job } from '../core/job.ts';
import type { JobDelivery, JobEnd, JobPorts } from './job-ports.ts';
import { draftFor } from './steps/draft-outcome.ts';
import { failAttempt } from './steps/fail-attempt.ts';
import { followUp } from './steps/follow-up.ts';
import { type OpenAttempt, openAttempt, openFirstAttempt } from './steps/open-attempt.ts';
import { settle } from './steps/settle.ts';
import { work } from './steps/work.ts';

/**
 * Brings one object version to its outcome. Any number of deliveries may do so at once and any of them may die anywhere:
 * the outcome record is created once, and everything else follows from it or is content-addressed. Never rejects.
 */
export async function handleJob(ports: JobPorts, job: Job, delivery: JobDelivery): Promise<JobEnd> {
  try {
    const id = ports.newId();
    const first = await openFirstAttempt(ports, job, delivery, id);
    if (first !== undefined) return await runAttempt(ports, job, delivery, first);
    const standing = await ports.outcomes.read(job.jobId);
    if (standing !== undefined && !isRedriveOf(delivery.failedAt, standing)) {
      // Whoever committed it may have died before the rest.
      await followUp(ports, delivery, standing);
      return { kind: 'settled', outcome: standing };
    }
    const opening = await openAttempt(ports, job, delivery, id);
    if (opening.go === 'fail') {
      return await settle(
        ports,
        delivery,
        draftFor(ports, job, opening.attempts).failed(opening.reason, opening.message),
      );
    }
    return await runAttempt(ports, job, delivery, opening.attempt);
  } catch (error) {
    if (delivery.signal.aborted) return { kind: 'stopped', reason: delivery.signal.reason };
    return { kind: 'retry', error };
  }
}

async function runAttempt(ports: JobPorts, job: Job, delivery: JobDelivery, attempt: OpenAttempt): Promise<JobEnd> {
  const draft = draftFor(ports, job, attempt.number, attempt.startedAt);
  try {
    const { lastModified, ...result } = await work(ports, job, delivery.signal, attempt);
    return await settle(ports, delivery, draft.complete(result), { attempt, lastModified });
  } catch (error) {
    return await failAttempt(ports, job, delivery, { attempt, draft, error });
  } finally {
    attempt.leave();
  }
}
