import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { SlipwayError } from '../core/errors.ts';
import { clientSettings } from './clients.ts';

/** What a policy has to keep to; scheduled actions of Application Auto Scaling, and operators, change it. */
export interface TargetBounds {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Whether somebody has suspended scaling in, and out. */
  readonly suspended: { readonly in: boolean; readonly out: boolean };
}

/** A service as Application Auto Scaling knows it. */
export interface ScalableTarget {
  /** Throws SlipwayError `no-scalable-target` when the service is not registered. */
  bounds(): Promise<TargetBounds>;
}

export function createAutoScalingClient(): ApplicationAutoScalingClient {
  return new ApplicationAutoScalingClient(clientSettings(8));
}

/** The scalable target `service/CLUSTER/SERVICE`. */
export function createScalableTarget(client: ApplicationAutoScalingClient, resourceId: string): ScalableTarget {
  const command = new DescribeScalableTargetsCommand({
    ServiceNamespace: 'ecs',
    ResourceIds: [resourceId],
    ScalableDimension: 'ecs:service:DesiredCount',
  });
  return {
    async bounds() {
      const { ScalableTargets = [] } = await client.send(command);
      const { MinCapacity: minTasks, MaxCapacity: maxTasks, SuspendedState: state } = ScalableTargets[0] ?? {};
      const suspended = {
        in: state?.DynamicScalingInSuspended ?? false,
        out: state?.DynamicScalingOutSuspended ?? false,
      };
      if (minTasks !== undefined && maxTasks !== undefined) return { minTasks, maxTasks, suspended };
      throw new SlipwayError('no-scalable-target', `${resourceId} is not registered with Application Auto Scaling.`);
    },
  };
}
