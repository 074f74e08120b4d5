import type { BusEvent } from '../ports.ts';
import type { Task, TaskContainer, TaskTimes } from './task.ts';

/** The task as API calls show it: times are epoch seconds. */
export function describeTask(task: Task): Record<string, unknown> {
  return {
    ...sharedFields(task, (milliseconds) => milliseconds / 1000),
    launchType: task.launchType,
    ...(task.capacityProviderName === undefined ? {} : { capacityProviderName: task.capacityProviderName }),
    attachments: attachments(task, 'ElasticNetworkInterface'),
    containers: task.containers.map((container) => ({
      ...describeContainer(container, task),
      healthStatus: 'UNKNOWN',
    })),
    healthStatus: 'UNKNOWN',
    platformFamily: 'Linux',
    tags: [],
  };
}

/** "ECS Task State Change" (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html): times are ISO 8601. */
export function stateChangeEvent(task: Task): BusEvent {
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
  const placement =
    task.capacityProviderName === undefined
      ? { launchType: task.launchType }
      : { capacityProviderName: task.capacityProviderName };
  return {
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [task.taskArn],
    detail: {
      ...sharedFields(task, iso),
      ...placement,
      attachments: attachments(task, 'eni'),
      containers: task.containers.map((container) => describeContainer(container, task)),
      updatedAt: iso(task.updatedAt),
    },
  };
}

function sharedFields(task: Task, time: (milliseconds: number) => unknown): Record<string, unknown> {
  const { startedBy, stopCode, stoppedReason } = task;
  return {
    taskArn: task.taskArn,
    taskDefinitionArn: task.taskDefinitionArn,
    clusterArn: task.clusterArn,
    availabilityZone: task.availabilityZone,
    group: task.group,
    cpu: task.cpu,
    memory: task.memory,
    desiredStatus: task.desiredStatus,
    lastStatus: task.lastStatus,
    version: task.version,
    overrides: task.overrides,
    enableExecuteCommand: task.enableExecuteCommand,
    ...(task.ephemeralStorageGiB === undefined ? {} : { ephemeralStorage: { sizeInGiB: task.ephemeralStorageGiB } }),
    ...(task.platformVersion === undefined ? {} : { platformVersion: task.platformVersion }),
    attributes: attributes(task),
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(stopCode === undefined ? {} : { stopCode }),
    ...(stoppedReason === undefined ? {} : { stoppedReason }),
    ...(task.times.connectivityAt === undefined ? {} : { connectivity: 'CONNECTED' }),
    ...timesOf(task.times, time),
  };
}

function timesOf(times: TaskTimes, time: (milliseconds: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(times).map(([name, milliseconds]) => [name, time(milliseconds)]));
}

function attributes(task: Task): { name: string; value: string }[] {
  const architecture = { name: 'ecs.cpu-architecture', value: process.arch === 'x64' ? 'x86_64' : process.arch };
  // Ours: which of the ceilings ended a task that died of its memory.
  const ceiling = { name: 'slipway.memory-ceiling', value: task.memoryCeiling ?? '' };
  return task.memoryCeiling === undefined ? [architecture] : [architecture, ceiling];
}

function attachments(task: Task, type: string): Record<string, unknown>[] {
  if (task.networkInterface === undefined) return [];
  const { id, subnet } = task.networkInterface;
  const details = [
    { name: 'subnetId', value: subnet },
    { name: 'privateIPv4Address', value: '127.0.0.1' },
  ];
  return [{ id, type, status: attachmentStatus(task), details }];
}

function attachmentStatus(task: Task): string {
  if (task.lastStatus === 'PROVISIONING') return 'PRECREATED';
  return task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED';
}

function describeContainer(container: TaskContainer, task: Task): Record<string, unknown> {
  return {
    ...container,
    taskArn: task.taskArn,
    networkInterfaces:
      task.networkInterface === undefined
        ? []
        : [{ attachmentId: task.networkInterface.id, privateIpv4Address: '127.0.0.1' }],
  };
}
