import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import type { Ecs } from '../ecs.ts';
import { taskDefinitionInput } from '../task-definition.ts';
import { camelCase } from './camel-case.ts';

const properties = z.preprocess(
  camelCase,
  taskDefinitionInput.extend({ family: taskDefinitionInput.shape.family.exactOptional() }),
);

/** AWS::ECS::TaskDefinition. Ref is the ARN with the revision, which is new only when the definition has changed. */
export function taskDefinitionProvider(ecs: Ecs): ResourceProvider {
  return resourceProvider('AWS::ECS::TaskDefinition', properties, (content, resource) => {
    const family = content.family ?? resource.generatedName;
    const { taskDefinitionArn } = ecs.definitions.registerIfChanged({ ...content, family });
    return { ref: taskDefinitionArn, attributes: { TaskDefinitionArn: taskDefinitionArn } };
  });
}
