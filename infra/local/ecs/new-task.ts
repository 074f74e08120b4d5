import { randomUUID } from 'node:crypto';
import { AwsError } from '../http/aws-error.ts';
import type { Cluster, Tag } from './clusters.ts';
import type { CapacityProviderStrategy, NetworkConfiguration } from './input-types.ts';
import { clusterArn, newContainerArn, newRuntimeId, newTaskId, taskArn } from './names.ts';
import { overriddenContainer, type TaskOverride } from './overrides.ts';
import type { Task } from './task.ts';
import { sizeOf, type TaskDefinition } from './task-definition.ts';

/** Fargate gives every task this much disk, GiB. */
const DEFAULT_STORAGE_GIB = 20;
const PLATFORM_VERSION = '1.4.0';

/** What makes tasks: a RunTask call, or a service that needs more. */
export interface TaskRequest {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy?: string;
  readonly service?: string;
  readonly launchType?: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviderStrategy: CapacityProviderStrategy;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly overrides: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly tags: readonly Tag[];
}

/** The `index`-th task of a request, as PROVISIONING. Throws what RunTask answers to a request that cannot be met. */
export function newTask(request: TaskRequest, index: number, region: string, now: number): Task {
  const { cluster, definition, overrides, startedBy, service } = request;
  const taskId = newTaskId();
  const size = sizeOf(definition, overrides);
  const placement = placementOf(request, index);
  const taskRoleArn = overrides.taskRoleArn ?? definition.taskRoleArn;
  return {
    taskId,
    taskArn: taskArn(region, cluster.name, taskId),
    clusterName: cluster.name,
    clusterArn: clusterArn(region, cluster.name),
    taskDefinitionArn: definition.taskDefinitionArn,
    family: definition.family,
    revision: definition.revision,
    ...(service === undefined ? {} : { service }),
    group: request.group,
    ...(startedBy === undefined ? {} : { startedBy }),
    launchType: 'FARGATE',
    ...(placement === undefined ? {} : { capacityProviderName: placement }),
    platformVersion: PLATFORM_VERSION,
    cpu: String(size.cpu),
    memory: String(size.memory),
    ephemeralStorageGiB: (overrides.ephemeralStorage ?? definition.ephemeralStorage)?.sizeInGiB ?? DEFAULT_STORAGE_GIB,
    ...(taskRoleArn === undefined ? {} : { taskRoleArn }),
    ...networkOf(request, index, region),
    overrides,
    enableExecuteCommand: request.enableExecuteCommand,
    tags: request.tags,
    desiredStatus: 'RUNNING',
    lastStatus: 'PROVISIONING',
    version: 1,
    containers: definition.containerDefinitions.map((declared) => {
      const container = overriddenContainer(declared, overrides);
      return {
        containerArn: newContainerArn(region, cluster.name, taskId),
        name: container.name,
        image: container.image,
        runtimeId: newRuntimeId(taskId),
        cpu: String(container.cpu),
        ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
        lastStatus: 'PENDING',
      };
    }),
    times: { createdAt: now },
    updatedAt: now,
  };
}

/** The capacity provider of the task, or none with a launch type: the request's strategy, else the cluster's. */
function placementOf(request: TaskRequest, index: number): string | undefined {
  if (request.launchType === 'FARGATE') return undefined;
  const strategy =
    request.capacityProviderStrategy.length > 0
      ? request.capacityProviderStrategy
      : request.cluster.defaultCapacityProviderStrategy;
  const provider = request.launchType === undefined ? chooseProvider(strategy, index) : undefined;
  if (provider === undefined) {
    // The launch type that is meant when nothing is said is EC2.
    throw new AwsError('InvalidParameterException', 'No Container Instances were found in your cluster.');
  }
  if (provider.startsWith('FARGATE')) return provider;
  throw new AwsError('InvalidParameterException', `The specified capacity provider '${provider}' was not found.`);
}

/**
 * The provider of the `index`-th task: first the base of each, then whichever is furthest behind its weight
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html).
 */
export function chooseProvider(strategy: CapacityProviderStrategy, index: number): string | undefined {
  const base = strategy.flatMap((item) => Array.from({ length: item.base ?? 0 }, () => item.capacityProvider));
  if (index < base.length) return base[index];
  const given = new Map<string, number>();
  let chosen: string | undefined;
  for (let task = base.length; task <= index; task += 1) {
    const behind = ({ capacityProvider, weight = 1 }: (typeof strategy)[number]) =>
      ((given.get(capacityProvider) ?? 0) + 1) / weight;
    const [next] = strategy.filter(({ weight = 1 }) => weight > 0).toSorted((a, b) => behind(a) - behind(b));
    chosen = next?.capacityProvider;
    if (chosen === undefined) return base[0];
    given.set(chosen, (given.get(chosen) ?? 0) + 1);
  }
  return chosen;
}

function networkOf(
  request: TaskRequest,
  index: number,
  region: string,
): Pick<Task, 'availabilityZone' | 'networkInterface'> {
  const subnets = request.networkConfiguration?.awsvpcConfiguration.subnets ?? [];
  if (request.definition.networkMode === 'awsvpc' && subnets.length === 0) {
    throw new AwsError(
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  const zone = subnets.length > 0 ? index % subnets.length : 0;
  return {
    availabilityZone: `${region}${'abcdef'[zone % 6] ?? 'a'}`,
    networkInterface: { id: randomUUID(), subnet: subnets[zone] ?? '' },
  };
}
