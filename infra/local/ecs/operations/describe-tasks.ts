import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { describeTask } from '../describe-task.ts';
import type { Ecs } from '../ecs.ts';
import { nameOf, taskArn } from '../names.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  tasks: z.array(z.string()).default([]),
  include: z.array(z.enum(['TAGS'])).default([]),
});

const MAX_TASKS = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export const describeTasks = operation('DescribeTasks', input, (ecs: Ecs, { cluster, tasks: references, include }) => {
  const { name } = ecs.clusters.get(cluster);
  if (references.length === 0) throw new AwsError('InvalidParameterException', 'Tasks cannot be empty.');
  if (references.length > MAX_TASKS) {
    throw new AwsError('InvalidParameterException', `At most ${MAX_TASKS} tasks can be described at once.`);
  }
  const found = references.flatMap((reference) => ecs.tasks.find(name, reference) ?? []);
  const missing = references.filter((reference) => !ecs.tasks.find(name, reference));
  return {
    tasks: found.map((task) => ({ ...describeTask(task), ...(include.includes('TAGS') ? { tags: task.tags } : {}) })),
    failures: missing.map((reference) => ({
      arn: taskArn(ecs.region, name, nameOf(reference)),
      reason: 'MISSING',
    })),
  };
});
