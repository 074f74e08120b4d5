import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { describeDefinition } from '../describe-task-definition.ts';
import type { Ecs } from '../ecs.ts';

const input = z.strictObject({ taskDefinition: z.string(), include: z.array(z.enum(['TAGS'])).default([]) });

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export const describeTaskDefinition = operation(
  'DescribeTaskDefinition',
  input,
  (ecs: Ecs, { taskDefinition, include }) => {
    const definition = ecs.definitions.find(taskDefinition);
    if (!definition) throw new AwsError('ClientException', 'Unable to describe task definition.');
    return {
      taskDefinition: describeDefinition(definition),
      ...(include.includes('TAGS') ? { tags: definition.tags } : {}),
    };
  },
);
