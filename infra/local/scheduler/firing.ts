import { randomBytes, randomUUID } from 'node:crypto';
import { ACCOUNT_ID } from '../account.ts';
import type { NewItem } from '../outbox/durable-queue-store.ts';
import { deliveryItem } from '../outbox/target-delivery.ts';
import type { Schedule } from './schedule.ts';

/** One firing of a schedule. */
export interface Firing {
  readonly schedule: Schedule;
  readonly scheduleArn: string;
  /** Unix epoch, milliseconds: the time of the schedule, not of the delivery. */
  readonly scheduledAt: number;
  readonly region: string;
  /** In [0, 1): where in a flexible window the target is invoked. */
  readonly random: number;
}

/** One firing of a schedule as a delivery to its target. */
export function deliveryOf(firing: Firing): NewItem {
  const { schedule, scheduleArn, scheduledAt } = firing;
  const { Target: target } = schedule;
  const scheduledTime = `${new Date(scheduledAt).toISOString().slice(0, 19)}Z`;
  const executionId = randomBytes(8).toString('hex');
  const payload = (target.Input ?? scheduledEvent(firing, scheduledTime))
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.execution-id>', executionId);
  const windowMs = (schedule.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
  const delivery = {
    targetArn: target.Arn,
    sourceArn: scheduleArn,
    roleArn: target.RoleArn,
    payload,
    maximumRetryAttempts: target.RetryPolicy.MaximumRetryAttempts,
    maximumEventAgeInSeconds: target.RetryPolicy.MaximumEventAgeInSeconds,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    deadLetterAttributes: {
      EXECUTION_ID: executionId,
      IS_PAYLOAD_TRUNCATED: 'false',
      SCHEDULED_TIME: scheduledTime,
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn,
    },
  };
  return deliveryItem(delivery, scheduledAt + Math.floor(firing.random * windowMs));
}

/** The last word on a payload: which attempt this is. */
export function withAttemptNumber(payload: string, attempt: number): string {
  return payload.replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** What a target without an Input is sent. The detail is a string, as AWS sends it. */
function scheduledEvent(firing: Firing, scheduledTime: string): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: ACCOUNT_ID,
    time: scheduledTime,
    region: firing.region,
    resources: [firing.scheduleArn],
    detail: '{}',
  });
}
