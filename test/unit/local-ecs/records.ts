import type { Deployment, Service } from '../../../infra/local/ecs/service.ts';
import { DEFAULT_DEPLOYMENT } from '../../../infra/local/ecs/service-settings.ts';
import type { Task } from '../../../infra/local/ecs/task.ts';

const DEPLOYMENT: Deployment = {
  id: 'ecs-svc/new',
  status: 'PRIMARY',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:000000000000:task-definition/worker:2',
  rolloutState: 'IN_PROGRESS',
  rolloutStateReason: '',
  failedTasks: 0,
  createdAt: 0,
  updatedAt: 0,
};

/** A service with one deployment, `ecs-svc/new`. */
export function service(patch: Partial<Service>): Service {
  return {
    name: 's',
    serviceArn: 'arn:aws:ecs:eu-west-1:000000000000:service/c/s',
    clusterName: 'c',
    clusterArn: 'arn:aws:ecs:eu-west-1:000000000000:cluster/c',
    desiredCount: 0,
    deployments: [DEPLOYMENT],
    events: [],
    steady: false,
    createdAt: 0,
    taskDefinitionArn: DEPLOYMENT.taskDefinitionArn,
    capacityProviderStrategy: [],
    platformVersion: 'LATEST',
    deploymentConfiguration: DEFAULT_DEPLOYMENT,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
    tags: [],
    ...patch,
  };
}

/** A running task of that deployment. */
export function task(patch: Partial<Task>): Task {
  return {
    taskId: 'task',
    taskArn: 'arn:aws:ecs:eu-west-1:000000000000:task/c/task',
    clusterName: 'c',
    clusterArn: 'arn:aws:ecs:eu-west-1:000000000000:cluster/c',
    taskDefinitionArn: DEPLOYMENT.taskDefinitionArn,
    family: 'worker',
    revision: 2,
    service: 's',
    group: 'service:s',
    startedBy: DEPLOYMENT.id,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    cpu: '256',
    memory: '512',
    ephemeralStorageGiB: 20,
    availabilityZone: 'eu-west-1a',
    networkInterface: { id: 'eni', subnet: 'subnet-a' },
    overrides: { containerOverrides: [] },
    enableExecuteCommand: false,
    tags: [],
    desiredStatus: 'RUNNING',
    lastStatus: 'RUNNING',
    version: 4,
    containers: [],
    times: { createdAt: 0 },
    updatedAt: 0,
    ...patch,
  };
}
