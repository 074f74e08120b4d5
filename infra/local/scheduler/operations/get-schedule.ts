import { z } from 'zod';
import { operation } from '../../service.ts';
import { scheduleName } from '../schedule.ts';
import { describeSchedule, type SchedulerContext } from './context.ts';

/** Describes one schedule. */
export const getSchedule = operation(
  'GetSchedule',
  z.strictObject({ Name: scheduleName, groupName: scheduleName.default('default') }),
  ({ store }: SchedulerContext, input) => describeSchedule(store, store.get(input.groupName, input.Name)),
);
