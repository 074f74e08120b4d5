import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { SchedulerContext } from './context.ts';
import { scheduleInputSchema, scheduleOf } from './schedule-input.ts';

/** Creates a schedule; the same client token again is the same call again. */
export const createSchedule = operation(
  'CreateSchedule',
  scheduleInputSchema,
  ({ store, clock, ticker }: SchedulerContext, input) => {
    const schedule = scheduleOf(input);
    const existing = store.find(schedule.GroupName, schedule.Name);
    if (existing && (input.ClientToken === undefined || existing.clientToken !== input.ClientToken)) {
      throw new AwsError('ConflictException', `Schedule ${schedule.Name} already exists.`, 409);
    }
    if (!existing) store.put(schedule, clock.now(), input.ClientToken);
    ticker.rearm();
    return { ScheduleArn: store.arnOf(schedule) };
  },
);
