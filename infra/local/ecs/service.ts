import type { Tag } from './clusters.ts';
import type { CapacityProviderStrategy, NetworkConfiguration } from './input-types.ts';

/** One roll-out of a service. Its id is the `startedBy` of its tasks. Times are Unix epochs in milliseconds. */
export interface Deployment {
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinitionArn: string;
  readonly rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly rolloutStateReason: string;
  readonly failedTasks: number;
  /** Whether its alarms are looked at; undefined before the first look. */
  readonly alarmsWatched?: boolean;
  /** Since when all of its tasks run, and no others. */
  readonly steadyAt?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** How far a roll-out may go below and above the desired count, percent, and when it gives up. */
export interface DeploymentConfiguration {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly deploymentCircuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  /** CloudWatch alarms that end a roll-out. */
  readonly alarms?: { readonly alarmNames: readonly string[]; readonly enable: boolean; readonly rollback: boolean };
}

/** What the template or a call says of a service. */
export interface ServiceSettings {
  readonly taskDefinitionArn: string;
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderStrategy: CapacityProviderStrategy;
  readonly platformVersion: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly enableExecuteCommand: boolean;
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE';
  readonly tags: readonly Tag[];
}

/** A service: a number of tasks that is kept. */
export interface Service extends ServiceSettings {
  readonly name: string;
  readonly serviceArn: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly desiredCount: number;
  /** Newest first; the first is PRIMARY. */
  readonly deployments: readonly Deployment[];
  /** Newest first, at most a hundred. */
  readonly events: readonly ServiceEvent[];
  /** Whether "has reached a steady state" has been said since the last change. */
  readonly steady: boolean;
  readonly createdAt: number;
}

/** The newest deployment: what the service is to become. */
export function primaryOf(service: Service): Deployment {
  const [primary] = service.deployments;
  if (!primary) throw new Error(`Service ${service.name} has no deployment.`);
  return primary;
}
