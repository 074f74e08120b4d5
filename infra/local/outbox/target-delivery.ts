import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Deliver } from '../ports.ts';
import { backoffMs } from './backoff.ts';
import { type DeliveryFailure, describeFailure } from './delivery-failure.ts';
import type { Verdict } from './durable-queue.ts';
import type { NewItem, QueuedItem } from './durable-queue-store.ts';

const targetDeliverySchema = z.object({
  targetArn: z.string(),
  sourceArn: z.string(),
  /** The role that the source delivers with, where it has one. */
  roleArn: z.string().optional(),
  payload: z.string(),
  maximumRetryAttempts: z.number(),
  maximumEventAgeInSeconds: z.number(),
  deadLetterArn: z.string().optional(),
  /** What the dead-letter queue gets when it is not the payload itself. */
  deadLetterPayload: z.string().optional(),
  /** Attributes of the dead letter that are known from the start; the failure's come on top. */
  deadLetterAttributes: z.record(z.string(), z.string()),
  /** Set when this is the dead letter itself. */
  messageAttributes: z.record(z.string(), z.string()).optional(),
});

/** A payload on its way to a target, with the rules for its failures. */
export type TargetDelivery = z.infer<typeof targetDeliverySchema>;

/** What came of one attempt to deliver. */
export interface DeliveryAttempt {
  readonly sourceArn: string;
  /** `failed` is tried again, `given-up` is not. */
  readonly outcome: 'delivered' | 'failed' | 'given-up';
  /** Whether a dead-letter queue takes what is given up. */
  readonly hasDeadLetterQueue: boolean;
}

/** What deliveries to targets are composed of. */
export interface TargetDeliveryOptions {
  readonly clock: Clock;
  readonly deliver: Deliver;
  /** Last words on the payload, which may differ from attempt to attempt; the first attempt is 1. */
  render?(payload: string, attempt: number): string;
  /** The error's code as this service spells it for its dead-letter queues. */
  errorCode(failure: DeliveryFailure): string;
  /** Told what was lost: a delivery whose retries are spent and that has no dead-letter queue. */
  onDropped(message: string): void;
  /** Told of every attempt, those of dead letters aside. */
  onAttempt?(attempt: DeliveryAttempt): void;
  random?(): number;
}

/** AWS's default retry policy for rules and schedules: 185 retries within 24 hours. */
export const DEFAULT_RETRY_POLICY = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 } as const;

/** How many deliveries to one target run at once. */
export const DELIVERIES_PER_TARGET = 16;

/** A delivery as an item of a durable queue. */
export function deliveryItem(delivery: TargetDelivery, dueAt?: number): NewItem {
  return {
    lane: delivery.targetArn,
    body: JSON.stringify(delivery),
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

/** Runs deliveries: retry with backoff, then the dead-letter queue, then nothing. */
export function deliveryRunner(options: TargetDeliveryOptions): (item: QueuedItem) => Promise<Verdict> {
  return async function runDelivery(item) {
    const delivery = targetDeliverySchema.parse(JSON.parse(item.body));
    const attempt = item.attempts + 1;
    const payload = options.render?.(delivery.payload, attempt) ?? delivery.payload;
    try {
      await options.deliver(
        { arn: delivery.targetArn, sourceArn: delivery.sourceArn, roleArn: delivery.roleArn },
        payload,
        delivery.messageAttributes ? { messageAttributes: delivery.messageAttributes } : undefined,
      );
      tell(options, delivery, 'delivered');
      return { kind: 'done' };
    } catch (error) {
      return decideFailure(options, item, delivery, payload, describeFailure(error));
    }
  };
}

function decideFailure(
  options: TargetDeliveryOptions,
  item: QueuedItem,
  delivery: TargetDelivery,
  payload: string,
  failure: DeliveryFailure,
): Verdict {
  const now = options.clock.now();
  const deadline = item.createdAt + delivery.maximumEventAgeInSeconds * 1000;
  const exhausted = exhaustedCondition(item.attempts >= delivery.maximumRetryAttempts, now >= deadline);
  if (failure.retryable && !exhausted) {
    // The last retry falls on the deadline, so that the whole of the event's age is used.
    tell(options, delivery, 'failed');
    const dueAt = Math.min(deadline, now + backoffMs(item.attempts, (options.random ?? Math.random)()));
    return { kind: 'retry', dueAt, attempts: item.attempts + 1 };
  }
  tell(options, delivery, 'given-up');
  if (!delivery.deadLetterArn) {
    options.onDropped(
      `Dropped a delivery from ${delivery.sourceArn} to ${delivery.targetArn} after ${item.attempts + 1} attempts: ${failure.message}`,
    );
    return { kind: 'done' };
  }
  const messageAttributes = {
    ...delivery.deadLetterAttributes,
    ERROR_CODE: options.errorCode(failure),
    ERROR_MESSAGE: failure.message,
    RETRY_ATTEMPTS: String(item.attempts),
    ...(failure.retryable && exhausted ? { EXHAUSTED_RETRY_CONDITION: exhausted } : {}),
  };
  const letter: TargetDelivery = {
    targetArn: delivery.deadLetterArn,
    sourceArn: delivery.sourceArn,
    roleArn: delivery.roleArn,
    payload: delivery.deadLetterPayload ?? payload,
    ...DEFAULT_RETRY_POLICY,
    deadLetterAttributes: {},
    messageAttributes,
  };
  return { kind: 'done', follow: [deliveryItem(letter)] };
}

function tell(options: TargetDeliveryOptions, delivery: TargetDelivery, outcome: DeliveryAttempt['outcome']): void {
  if (delivery.messageAttributes) return;
  const { sourceArn, deadLetterArn } = delivery;
  options.onAttempt?.({ sourceArn, outcome, hasDeadLetterQueue: deadLetterArn !== undefined });
}

function exhaustedCondition(attemptsSpent: boolean, tooOld: boolean): string | undefined {
  if (attemptsSpent) return 'MaximumRetryAttempts';
  return tooOld ? 'MaximumEventAgeInSeconds' : undefined;
}
