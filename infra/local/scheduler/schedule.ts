import { z } from 'zod';
import { AwsError, notImplemented } from '../http/aws-error.ts';
import { DEFAULT_RETRY_POLICY } from '../outbox/target-delivery.ts';
import type { Recurrence } from './next-run.ts';
import { parseScheduleExpression } from './schedule-expression.ts';
import { checkTimeZone } from './time-zone.ts';

/** A schedule's or a group's name, as AWS takes it. */
export const scheduleName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits, dots, dashes or underscores');

const flexibleTimeWindowSchema = z.strictObject({
  Mode: z.enum(['OFF', 'FLEXIBLE']),
  MaximumWindowInMinutes: z.coerce.number().int().min(1).max(1440).optional(),
});

/** A schedule's target. Parameters for kinds of targets that are not here are refused by name. */
const targetSchema = z.strictObject({
  Arn: z.string().min(1),
  // What the target and its dead-letter queue are reached with.
  RoleArn: z.string().min(1),
  Input: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).default(DEFAULT_RETRY_POLICY.maximumRetryAttempts),
      MaximumEventAgeInSeconds: z.coerce
        .number()
        .int()
        .min(60)
        .max(86_400)
        .default(DEFAULT_RETRY_POLICY.maximumEventAgeInSeconds),
    })
    .prefault({}),
});

/** What the API and the template share of a schedule; dates differ and are added by each. */
export const scheduleFields = {
  GroupName: scheduleName.default('default'),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  FlexibleTimeWindow: flexibleTimeWindowSchema,
  Target: targetSchema,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  // Nothing is encrypted locally: accepted and shown.
  KmsKeyArn: z.string().optional(),
};

const scheduleSchema = z.object({
  ...scheduleFields,
  Name: scheduleName,
  /** Unix epoch, milliseconds. */
  startDate: z.number().optional(),
  endDate: z.number().optional(),
});

/** A schedule as it was asked for. */
export type Schedule = z.infer<typeof scheduleSchema>;

/** Throws ValidationException when the schedule could never run as it says, NotImplemented for a universal target. */
export function checkSchedule(schedule: Schedule): void {
  parseScheduleExpression(schedule.ScheduleExpression);
  checkTimeZone(schedule.ScheduleExpressionTimezone);
  if (schedule.Target.Arn.startsWith('arn:aws:scheduler:::'))
    throw notImplemented(`Universal target ${schedule.Target.Arn}`);
  const window = schedule.FlexibleTimeWindow;
  if ((window.Mode === 'FLEXIBLE') !== (window.MaximumWindowInMinutes !== undefined)) {
    throw new AwsError(
      'ValidationException',
      'MaximumWindowInMinutes goes with FlexibleTimeWindow Mode FLEXIBLE, and only with it.',
    );
  }
  if ((schedule.startDate ?? 0) > (schedule.endDate ?? Number.POSITIVE_INFINITY)) {
    throw new AwsError('ValidationException', 'The EndDate must come after the StartDate.');
  }
}

/** The timing of a schedule whose rate counts from `anchor`. */
export function recurrenceOf(schedule: Schedule, anchor: number): Recurrence {
  return {
    expression: schedule.ScheduleExpression,
    timeZone: schedule.ScheduleExpressionTimezone,
    startDate: schedule.startDate,
    endDate: schedule.endDate,
    anchor,
  };
}
