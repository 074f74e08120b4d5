import { operation } from '../../service.ts';
import type { SchedulerContext } from './context.ts';
import { scheduleInputSchema, scheduleOf } from './schedule-input.ts';

/** Replaces a schedule whole: what is left out goes back to its default, as on AWS. */
export const updateSchedule = operation(
  'UpdateSchedule',
  scheduleInputSchema,
  ({ store, clock, ticker }: SchedulerContext, input) => {
    const schedule = scheduleOf(input);
    store.get(schedule.GroupName, schedule.Name);
    store.put(schedule, clock.now(), input.ClientToken);
    ticker.rearm();
    return { ScheduleArn: store.arnOf(schedule) };
  },
);
