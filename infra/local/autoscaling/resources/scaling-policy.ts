import { createHash } from 'node:crypto';
import { z } from 'zod';
import { arn } from '../../account.ts';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { AutoscalingContext } from '../operations/context.ts';
import { type ScalingPolicy, stepScalingSchema, targetTracking, targetTrackingSchema } from '../policy.ts';
import { resourceId, scalableDimension, serviceNamespace } from '../scalable-target.ts';

const properties = z.strictObject({
  PolicyName: z.string().min(1).max(256),
  PolicyType: z.enum(['StepScaling', 'TargetTrackingScaling']),
  /** What `Ref` of a scalable target gives, in place of the three members below. */
  ScalingTargetId: z.string().optional(),
  ResourceId: resourceId.optional(),
  ScalableDimension: scalableDimension.optional(),
  ServiceNamespace: serviceNamespace.optional(),
  StepScalingPolicyConfiguration: stepScalingSchema.optional(),
  TargetTrackingScalingPolicyConfiguration: targetTrackingSchema.optional(),
});

/** AWS::ApplicationAutoScaling::ScalingPolicy: `Ref` and `Arn` are the policy's ARN, the same on every boot. */
export function scalingPolicyProvider(
  { store, clock, region }: AutoscalingContext,
  wanted: { readonly policies: Set<string> },
  putTrackingAlarms: (policy: ScalingPolicy, id: string) => void,
): ResourceProvider {
  return resourceProvider('AWS::ApplicationAutoScaling::ScalingPolicy', properties, (given, resource) => {
    const target = store.targets.get(given.ScalingTargetId?.split('|')[0] ?? given.ResourceId ?? '');
    const id = uuidOf(resource.generatedName);
    const policyArn = arn(
      'autoscaling',
      region,
      `scalingPolicy:${id}:resource/ecs/${target.resourceId}:policyName/${given.PolicyName}`,
    );
    const tracked = given.TargetTrackingScalingPolicyConfiguration;
    const [configuration, what] =
      given.PolicyType === 'StepScaling'
        ? [given.StepScalingPolicyConfiguration, 'StepScalingPolicyConfiguration']
        : [tracked, 'TargetTrackingScalingPolicyConfiguration'];
    if (!configuration) throw new Error(`Resource ${resource.logicalId}: expected ${what} with its PolicyType.`);
    const policy: ScalingPolicy = {
      arn: policyArn,
      name: given.PolicyName,
      resourceId: target.resourceId,
      createdAt: store.policies.find(policyArn)?.createdAt ?? clock.now(),
      ...(given.PolicyType === 'StepScaling'
        ? { step: given.StepScalingPolicyConfiguration }
        : {
            tracking: tracked && targetTracking(tracked, target.resourceId),
            trackingInput: given.TargetTrackingScalingPolicyConfiguration,
          }),
    };
    store.policies.put(policyArn, policy);
    wanted.policies.add(policyArn);
    if (policy.tracking) putTrackingAlarms(policy, id);
    return { ref: policyArn, attributes: { Arn: policyArn } };
  });
}

/** A UUID that is the same for the same name. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
