import { z } from 'zod';
import { arn } from '../../account.ts';
import { operation } from '../../service.ts';
import { type AutoscalingContext, listParameters, seconds, targetMembers } from './context.ts';

/** Scheduled actions of the template and of PutScheduledAction. */
export const describeScheduledActions = operation(
  'DescribeScheduledActions',
  z.strictObject({ ...listParameters, ScheduledActionNames: z.array(z.string()).optional() }),
  ({ store, region }: AutoscalingContext, input) => ({
    ScheduledActions: store.scheduled
      .list()
      .filter((action) => input.ResourceId === undefined || action.resourceId === input.ResourceId)
      .filter((action) => input.ScheduledActionNames?.includes(action.name) ?? true)
      .map((action) => ({
        ScheduledActionName: action.name,
        ScheduledActionARN: arn(
          'autoscaling',
          region,
          `scheduledAction:${store.targets.get(action.resourceId).id}:resource/ecs/${action.resourceId}:scheduledActionName/${action.name}`,
        ),
        ...targetMembers(action),
        Schedule: action.schedule,
        Timezone: action.timeZone,
        ...(action.startAt === undefined ? {} : { StartTime: seconds(action.startAt) }),
        ...(action.endAt === undefined ? {} : { EndTime: seconds(action.endAt) }),
        ScalableTargetAction: { MinCapacity: action.minimum, MaxCapacity: action.maximum },
        CreationTime: seconds(action.createdAt),
      })),
  }),
);
