import { z } from 'zod';
import { operation } from '../../service.ts';
import { resourceId } from '../scalable-target.ts';
import { targetArn } from '../target-registration.ts';
import { type AutoscalingContext, listParameters, seconds, targetMembers } from './context.ts';

const { ResourceId: _one, ...parameters } = listParameters;

/** Scalable targets with their bounds. */
export const describeScalableTargets = operation(
  'DescribeScalableTargets',
  z.strictObject({ ...parameters, ResourceIds: z.array(resourceId).optional() }),
  ({ store, region }: AutoscalingContext, input) => ({
    ScalableTargets: store.targets
      .list()
      .filter((target) => input.ResourceIds?.includes(target.resourceId) ?? true)
      .map((target) => ({
        ...targetMembers(target),
        MinCapacity: target.minimum,
        MaxCapacity: target.maximum,
        RoleARN: target.roleArn,
        CreationTime: seconds(target.createdAt),
        SuspendedState: {
          DynamicScalingInSuspended: target.suspended.in,
          DynamicScalingOutSuspended: target.suspended.out,
          ScheduledScalingSuspended: target.suspended.scheduled,
        },
        ScalableTargetARN: targetArn(region, target),
      })),
  }),
);
