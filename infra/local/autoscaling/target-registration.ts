import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT_ID, arn } from '../account.ts';
import { flag, integer } from '../cloudwatch/input-types.ts';
import { AwsError } from '../http/aws-error.ts';
import type { ScalableTarget, TargetKey } from './scalable-target.ts';

/** Members that RegisterScalableTarget and AWS::ApplicationAutoScaling::ScalableTarget share. */
export const registrationShape = {
  MinCapacity: integer.pipe(z.number().min(0)).optional(),
  MaxCapacity: integer.pipe(z.number().min(0)).optional(),
  // Permissions are not enforced locally: accepted and shown.
  RoleARN: z.string().optional(),
  SuspendedState: z
    .strictObject({
      DynamicScalingInSuspended: flag.default(false),
      DynamicScalingOutSuspended: flag.default(false),
      ScheduledScalingSuspended: flag.default(false),
    })
    .optional(),
};

const registration = z.strictObject(registrationShape);

const SERVICE_ROLE =
  'role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService';

/** Makes a scalable target, or changes one: what is not given stays. Throws ValidationException as AWS does. */
export function registerTarget(
  resourceId: string,
  given: z.infer<typeof registration>,
  existing: ScalableTarget | undefined,
  now: number,
): ScalableTarget {
  const minimum = given.MinCapacity ?? existing?.minimum;
  const maximum = given.MaxCapacity ?? existing?.maximum;
  if (minimum === undefined || maximum === undefined) {
    throw new AwsError(
      'ValidationException',
      'You must specify both MinCapacity and MaxCapacity for a new scalable target.',
    );
  }
  if (maximum < minimum) {
    throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity');
  }
  const suspended = given.SuspendedState;
  return {
    ...existing,
    resourceId,
    id: existing?.id ?? idOf(resourceId),
    minimum,
    maximum,
    roleArn: given.RoleARN ?? existing?.roleArn ?? `arn:aws:iam::${ACCOUNT_ID}:${SERVICE_ROLE}`,
    suspended: suspended
      ? {
          in: suspended.DynamicScalingInSuspended,
          out: suspended.DynamicScalingOutSuspended,
          scheduled: suspended.ScheduledScalingSuspended,
        }
      : (existing?.suspended ?? { in: false, out: false, scheduled: false }),
    createdAt: existing?.createdAt ?? now,
  };
}

export function targetArn(region: string, target: TargetKey & { readonly id: string }): string {
  return arn('application-autoscaling', region, `scalable-target/${target.id}`);
}

function idOf(resourceId: string): string {
  return `0ec5${createHash('sha256').update(resourceId).digest('hex').slice(0, 32)}`;
}
