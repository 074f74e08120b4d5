import { operation } from '../../service.ts';
import { describeDefinition } from '../describe-task-definition.ts';
import type { Ecs } from '../ecs.ts';
import { taskDefinitionInput } from '../task-definition.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
export const registerTaskDefinition = operation('RegisterTaskDefinition', taskDefinitionInput, (ecs: Ecs, content) => {
  const definition = ecs.definitions.register(content);
  return { taskDefinition: describeDefinition(definition), tags: definition.tags };
});
