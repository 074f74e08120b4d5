import type { MessageSender } from '../aws/message-sender.ts';
import type { OutcomeStore } from '../aws/outcome-store.ts';
import type { TimelineStore } from '../aws/timeline-store.ts';
import type { Clock } from '../core/clock.ts';
import { deadLetterAttributes } from '../core/dead-letter.ts';
import { deadLetterBody } from '../core/dead-letter-body.ts';
import type { FailureReason } from '../core/failure-reason.ts';
import type { Job } from '../core/job.ts';
import type { Outcome } from '../core/outcome.ts';

export interface FailPorts {
  readonly outcomes: OutcomeStore;
  readonly timeline: TimelineStore;
  readonly deadLetters: MessageSender;
  readonly clock: Pick<Clock, 'now'>;
}

/** How a job ends that no task will do. */
export interface Failure {
  readonly job: Job;
  readonly reason: FailureReason;
  /** One sentence for a person. */
  readonly message: string;
  /** Tasks that were started for it and count. */
  readonly attempts: number;
  /** The last of them. */
  readonly taskArn?: string;
  /** ISO 8601; when that task was started. */
  readonly startedAt?: string;
  /** The message as it came, for the dead-letter queue. */
  readonly body: string;
  /** The task was started by a redrive: `finishedAt` of the failure that this one may replace. */
  readonly failedAt?: string;
}

/**
 * Records the outcome `failed` and sets the message aside. False when the job has another outcome already. May be
 * repeated: what an earlier run left undone after the commit is done then. The timeline is last: an outcome that is not on
 * it is one that the sweep finishes.
 */
export async function failJob(failure: Failure, ports: FailPorts): Promise<boolean> {
  const { outcome, won } = await ports.outcomes.commit(outcomeOf(failure, ports.clock.now()), failure.failedAt);
  const ours = won || (outcome.reason === failure.reason && outcome.taskArn === failure.taskArn);
  if (!ours) return false;
  await setAside(failure.body, outcome, ports.deadLetters);
  await ports.timeline.add(outcome);
  return true;
}

/** Puts a copy of a failed job's message into the dead-letter queue. */
export async function setAside(body: string, outcome: Outcome, deadLetters: MessageSender): Promise<void> {
  const text = deadLetterBody(body, outcome.source);
  await deadLetters.send([{ body: text, attributes: deadLetterAttributes(outcome) }]);
}

function outcomeOf(failure: Failure, now: number): Outcome {
  const finishedAt = new Date(now).toISOString();
  const startedAt = failure.startedAt || finishedAt;
  return {
    v: 1,
    jobId: failure.job.jobId,
    status: 'failed',
    reason: failure.reason,
    message: failure.message,
    source: failure.job.source,
    route: 'task',
    attempts: failure.attempts,
    ...(failure.taskArn === undefined ? {} : { taskArn: failure.taskArn }),
    startedAt,
    finishedAt,
    milliseconds: Math.max(0, now - Date.parse(startedAt) || 0),
    outputs: [],
  };
}
