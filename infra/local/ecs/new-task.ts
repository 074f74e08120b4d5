import { randomUUID } from 'node:crypto';
import type { Cluster, Tag } from './clusters.ts';
import type { CapacityProviderStrategy, NetworkConfiguration } from './input-types.ts';
import { clusterArn, newContainerArn, newRuntimeId, newTaskId, taskArn } from './names.ts';
import { overriddenContainer, type TaskOverride } from './overrides.ts';
import { placeTask } from './placement.ts';
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
  const placement = placeTask(request, index);
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
    ...placement,
    ...(placement.launchType === 'FARGATE' ? fargateOnly(request) : {}),
    cpu: String(size.cpu),
    memory: String(size.memory),
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

function fargateOnly({ definition, overrides }: TaskRequest): Pick<Task, 'platformVersion' | 'ephemeralStorageGiB'> {
  const storage = overrides.ephemeralStorage ?? definition.ephemeralStorage;
  return { platformVersion: PLATFORM_VERSION, ephemeralStorageGiB: storage?.sizeInGiB ?? DEFAULT_STORAGE_GIB };
}

function networkOf(
  request: TaskRequest,
  index: number,
  region: string,
): Pick<Task, 'availabilityZone' | 'networkInterface'> {
  const subnets = request.networkConfiguration?.awsvpcConfiguration.subnets ?? [];
  const zone = subnets.length > 0 ? index % subnets.length : 0;
  return {
    availabilityZone: `${region}${'abcdef'[zone % 6] ?? 'a'}`,
    ...(subnets.length === 0 ? {} : { networkInterface: { id: randomUUID(), subnet: subnets[zone] ?? '' } }),
  };
}
