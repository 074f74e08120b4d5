import { logStreamOf } from '../log-stream.ts';
import type { Task, TaskContainer } from '../task.ts';
import type { TaskDefinition } from '../task-definition.ts';

/** The answer of `…/task` (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html). */
export function taskMetadata(task: Task, definition: TaskDefinition | undefined): Record<string, unknown> {
  const { pullStartedAt, pullStoppedAt, createdAt } = task.times;
  return {
    Cluster: task.clusterArn,
    TaskARN: task.taskArn,
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    Limits: { CPU: Number(task.cpu) / 1024, Memory: Number(task.memory) },
    PullStartedAt: iso(pullStartedAt ?? createdAt),
    PullStoppedAt: iso(pullStoppedAt ?? createdAt),
    AvailabilityZone: task.availabilityZone,
    LaunchType: task.launchType,
    ...(task.service === undefined ? {} : { ServiceName: task.service }),
    Containers: task.containers.map((container) => containerMetadata(task, container, definition)),
    ...(task.ephemeralStorageGiB === undefined
      ? {}
      : { EphemeralStorageMetrics: { Utilized: 0, Reserved: task.ephemeralStorageGiB * 1024 } }),
  };
}

/** The answer of the metadata URI itself. */
export function containerMetadata(
  task: Task,
  container: TaskContainer,
  definition: TaskDefinition | undefined,
): Record<string, unknown> {
  const declared = definition?.containerDefinitions.find(({ name }) => name === container.name);
  const log = declared && logStreamOf(task, declared);
  const startedAt = task.times.startedAt;
  return {
    DockerId: container.runtimeId,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: '',
    Labels: {
      'com.amazonaws.ecs.cluster': task.clusterArn,
      'com.amazonaws.ecs.container-name': container.name,
      'com.amazonaws.ecs.task-arn': task.taskArn,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': String(task.revision),
    },
    DesiredStatus: task.desiredStatus,
    KnownStatus: container.lastStatus,
    Limits: { CPU: Number(container.cpu), Memory: Number(container.memory ?? task.memory) },
    CreatedAt: iso(task.times.createdAt),
    ...(startedAt === undefined ? {} : { StartedAt: iso(startedAt) }),
    Type: 'NORMAL',
    ContainerARN: container.containerArn,
    Networks: [{ NetworkMode: definition?.networkMode ?? 'bridge', IPv4Addresses: ['127.0.0.1'] }],
    ...(log?.writer === 'execution-role' && {
      LogDriver: 'awslogs',
      LogOptions: { 'awslogs-group': log.group, 'awslogs-region': log.region, 'awslogs-stream': log.stream },
    }),
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
