import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { describeDefinition } from '../describe-task-definition.ts';
import type { Ecs } from '../ecs.ts';

const input = z.strictObject({ taskDefinition: z.string() });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html */
export const deregisterTaskDefinition = operation('DeregisterTaskDefinition', input, (ecs: Ecs, { taskDefinition }) => {
  if (!/:\d+$/.test(taskDefinition)) throw new AwsError('InvalidParameterException', 'Revision is required.');
  return { taskDefinition: describeDefinition(ecs.definitions.deregister(taskDefinition)) };
});
