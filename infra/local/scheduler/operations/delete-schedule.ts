import { z } from 'zod';
import { operation } from '../../service.ts';
import { scheduleName } from '../schedule.ts';
import type { SchedulerContext } from './context.ts';

/** Deletes a schedule. What it has fired already still arrives. */
export const deleteSchedule = operation(
  'DeleteSchedule',
  z.strictObject({
    Name: scheduleName,
    groupName: scheduleName.default('default'),
    clientToken: z.string().optional(),
  }),
  ({ store, ticker }: SchedulerContext, input) => {
    store.get(input.groupName, input.Name);
    store.delete(input.groupName, input.Name);
    ticker.rearm();
    return {};
  },
);
