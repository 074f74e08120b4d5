import type { Ecs } from './ecs.ts';
import type { Deployment, Service } from './service.ts';
import { countTasks } from './service-counts.ts';
import type { Task } from './task.ts';

/** The service as API calls show it: times are epoch seconds. */
export function describeService(ecs: Ecs, service: Service, includeTags = false): Record<string, unknown> {
  const active = ecs.tasks.active(service.clusterName, service.name);
  return {
    serviceArn: service.serviceArn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    status: 'ACTIVE',
    desiredCount: service.desiredCount,
    ...countTasks(active),
    ...placementOf(service),
    platformVersion: service.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: service.taskDefinitionArn,
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: 'ECS' },
    deployments: service.deployments.map((deployment) => describeDeployment(service, deployment, active)),
    events: service.events.map((event) => ({ ...event, createdAt: event.createdAt / 1000 })),
    createdAt: service.createdAt / 1000,
    ...(service.networkConfiguration === undefined ? {} : { networkConfiguration: service.networkConfiguration }),
    schedulingStrategy: 'REPLICA',
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    enableECSManagedTags: false,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags,
    ...(includeTags ? { tags: service.tags } : {}),
  };
}

function describeDeployment(
  service: Service,
  deployment: Deployment,
  active: readonly Task[],
): Record<string, unknown> {
  const own = active.filter(({ startedBy }) => startedBy === deployment.id);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinitionArn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desiredCount : 0,
    ...countTasks(own),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt / 1000,
    updatedAt: deployment.updatedAt / 1000,
    ...placementOf(service),
    platformVersion: service.platformVersion,
    platformFamily: 'Linux',
    ...(service.networkConfiguration === undefined ? {} : { networkConfiguration: service.networkConfiguration }),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

function placementOf({ launchType, capacityProviderStrategy }: Service): Record<string, unknown> {
  return launchType === undefined ? { capacityProviderStrategy } : { launchType };
}
