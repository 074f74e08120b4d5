import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { describeTask } from '../describe-task.ts';
import type { Ecs } from '../ecs.ts';

const input = z.strictObject({
  cluster: z.string().exactOptional(),
  task: z.string(),
  reason: z.string().max(1024).exactOptional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
export const stopTask = operation('StopTask', input, (ecs: Ecs, { cluster, task: reference, reason }) => {
  const task = ecs.tasks.find(ecs.clusters.get(cluster).name, reference);
  if (!task) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
  const stoppedReason = reason ?? 'Task stopped by user';
  return { task: describeTask(ecs.runner.stop(task.taskId, { stopCode: 'UserInitiated', stoppedReason })) };
});
