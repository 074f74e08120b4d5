import { z } from 'zod';
import { operation } from '../../service.ts';
import { type SchedulerContext, toSeconds } from './context.ts';

/** Lists schedules, all on one page. */
export const listSchedules = operation(
  'ListSchedules',
  z.strictObject({
    ScheduleGroup: z.string().optional(),
    NamePrefix: z.string().default(''),
    State: z.enum(['ENABLED', 'DISABLED']).optional(),
    MaxResults: z.coerce.number().optional(),
    NextToken: z.string().optional(),
  }),
  ({ store }: SchedulerContext, input) => ({
    Schedules: store
      .list()
      .filter(({ schedule }) => schedule.Name.startsWith(input.NamePrefix))
      .filter(({ schedule }) => schedule.GroupName === (input.ScheduleGroup ?? schedule.GroupName))
      .filter(({ schedule }) => schedule.State === (input.State ?? schedule.State))
      .map(({ schedule, createdAt, modifiedAt }) => ({
        Arn: store.arnOf(schedule),
        Name: schedule.Name,
        GroupName: schedule.GroupName,
        State: schedule.State,
        Target: { Arn: schedule.Target.Arn },
        CreationDate: toSeconds(createdAt),
        LastModificationDate: toSeconds(modifiedAt),
      })),
  }),
);
