import { z } from 'zod';
import { type Schedule, scheduleFields, scheduleName } from '../schedule.ts';

const seconds = z.number().optional();

/** The input of CreateSchedule and UpdateSchedule. */
export const scheduleInputSchema = z.strictObject({
  ...scheduleFields,
  Name: scheduleName,
  StartDate: seconds,
  EndDate: seconds,
  ClientToken: z.string().optional(),
});

/** The schedule that an input asks for. */
export function scheduleOf(input: z.infer<typeof scheduleInputSchema>): Schedule {
  const { StartDate, EndDate, ClientToken: _token, ...schedule } = input;
  return {
    ...schedule,
    ...(StartDate === undefined ? {} : { startDate: StartDate * 1000 }),
    ...(EndDate === undefined ? {} : { endDate: EndDate * 1000 }),
  };
}
