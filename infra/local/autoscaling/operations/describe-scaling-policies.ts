import { z } from 'zod';
import { operation } from '../../service.ts';
import { type AutoscalingContext, listParameters, seconds, targetMembers } from './context.ts';

/** Scaling policies with the alarms that call them. */
export const describeScalingPolicies = operation(
  'DescribeScalingPolicies',
  z.strictObject({ ...listParameters, PolicyNames: z.array(z.string()).optional() }),
  ({ store, alarmsWithAction }: AutoscalingContext, input) => ({
    ScalingPolicies: store.policies
      .list()
      .filter((policy) => input.ResourceId === undefined || policy.resourceId === input.ResourceId)
      .filter((policy) => input.PolicyNames?.includes(policy.name) ?? true)
      .map((policy) => ({
        PolicyARN: policy.arn,
        PolicyName: policy.name,
        ...targetMembers(policy),
        PolicyType: policy.step ? 'StepScaling' : 'TargetTrackingScaling',
        StepScalingPolicyConfiguration: policy.step,
        TargetTrackingScalingPolicyConfiguration: policy.trackingInput,
        Alarms: alarmsWithAction(policy.arn).map(({ name, arn }) => ({ AlarmName: name, AlarmARN: arn })),
        CreationTime: seconds(policy.createdAt),
      })),
  }),
);
