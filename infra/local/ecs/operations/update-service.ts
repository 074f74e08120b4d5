import { z } from 'zod';
import { operation } from '../../service.ts';
import { describeService } from '../describe-service.ts';
import type { Ecs } from '../ecs.ts';
import { flag, networkConfiguration, wholeNumber } from '../input-types.ts';
import { definitionToRun } from '../run-task.ts';
import { deploymentConfiguration } from '../service-settings.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  service: z.string(),
  desiredCount: wholeNumber.exactOptional(),
  taskDefinition: z.string().exactOptional(),
  forceNewDeployment: flag.default(false),
  networkConfiguration: networkConfiguration.exactOptional(),
  deploymentConfiguration: deploymentConfiguration.exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
export const updateService = operation('UpdateService', input, (ecs: Ecs, change) => {
  const { networkConfiguration, deploymentConfiguration } = change;
  const found = ecs.services.get(ecs.clusters.get(change.cluster).name, change.service);
  const arn = change.taskDefinition && definitionToRun(ecs, change.taskDefinition).taskDefinitionArn;
  const settled = ecs.services.change(found, {
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...(deploymentConfiguration === undefined ? {} : { deploymentConfiguration }),
  });
  const counted = ecs.services.setDesiredCount(settled, change.desiredCount ?? settled.desiredCount);
  const deploys = change.forceNewDeployment || (arn !== undefined && arn !== counted.taskDefinitionArn);
  const service = deploys ? ecs.services.deploy(counted, arn ?? counted.taskDefinitionArn) : counted;
  ecs.scheduler.poke(service.clusterName, service.name, deploys);
  return { service: describeService(ecs, service) };
});
