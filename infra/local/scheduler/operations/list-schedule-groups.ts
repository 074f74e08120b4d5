import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SchedulerContext } from './context.ts';
import { describeGroup } from './get-schedule-group.ts';

/** Lists groups, all on one page. */
export const listScheduleGroups = operation(
  'ListScheduleGroups',
  z.strictObject({
    NamePrefix: z.string().default(''),
    MaxResults: z.coerce.number().optional(),
    NextToken: z.string().optional(),
  }),
  ({ store }: SchedulerContext, input) => ({
    ScheduleGroups: store
      .listGroups()
      .filter(({ name }) => name.startsWith(input.NamePrefix))
      .map((group) => describeGroup(store, group)),
  }),
);
