import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import {
  capacityProviderStrategy,
  emptyList,
  flag,
  launchType,
  networkConfiguration,
  tags,
  wholeNumber,
} from '../input-types.ts';
import { definitionToRun } from '../run-task.ts';
import { DEFAULT_DEPLOYMENT, deploymentConfiguration } from '../service-settings.ts';
import { camelCase } from './camel-case.ts';

const properties = z.preprocess(
  camelCase,
  z.strictObject({
    cluster: z.string(),
    serviceName: z.string().exactOptional(),
    taskDefinition: z.string(),
    desiredCount: wholeNumber.exactOptional(),
    launchType: launchType.exactOptional(),
    capacityProviderStrategy: capacityProviderStrategy.default([]),
    platformVersion: z.string().default('LATEST'),
    networkConfiguration: networkConfiguration.exactOptional(),
    deploymentConfiguration: deploymentConfiguration.default(DEFAULT_DEPLOYMENT),
    deploymentController: z.strictObject({ type: z.literal('ECS') }).exactOptional(),
    schedulingStrategy: z.literal('REPLICA').exactOptional(),
    enableExecuteCommand: flag.default(false),
    propagateTags: z.enum(['TASK_DEFINITION', 'SERVICE', 'NONE']).default('NONE'),
    tags: tags.default([]),
    // The tags that ECS itself would add matter to bills only; zones are names here.
    enableECSManagedTags: flag.exactOptional(),
    availabilityZoneRebalancing: z.enum(['ENABLED', 'DISABLED']).exactOptional(),
    healthCheckGracePeriodSeconds: wholeNumber.exactOptional(),
    loadBalancers: emptyList.exactOptional(),
    serviceRegistries: emptyList.exactOptional(),
  }),
);

/**
 * AWS::ECS::Service. Ref is the ARN. DesiredCount counts when the service is first made, 0 when it is left out; after
 * that it belongs to scaling and survives restarts.
 */
export function serviceProvider(ecs: Ecs): ResourceProvider {
  return resourceProvider('AWS::ECS::Service', properties, (given, resource) => {
    const cluster = ecs.clusters.get(given.cluster);
    const { launchType, networkConfiguration } = given;
    const service = ecs.services.put(
      cluster.name,
      given.serviceName ?? resource.generatedName,
      {
        taskDefinitionArn: definitionToRun(ecs, given.taskDefinition).taskDefinitionArn,
        ...(launchType === undefined ? {} : { launchType }),
        capacityProviderStrategy: given.capacityProviderStrategy,
        platformVersion: given.platformVersion,
        ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
        deploymentConfiguration: given.deploymentConfiguration,
        enableExecuteCommand: given.enableExecuteCommand,
        propagateTags: given.propagateTags,
        tags: given.tags,
      },
      given.desiredCount ?? 0,
    );
    ecs.scheduler.poke(service.clusterName, service.name);
    return { ref: service.serviceArn, attributes: { Name: service.name, ServiceArn: service.serviceArn } };
  });
}
