import { DescribeTasksCommand, GetTaskProtectionCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { QueueDepth } from '../checker.ts';
import type { Stack } from './stack.ts';

/** The queues that must be empty in the end, by the stack's outputs. */
const QUEUES = ['JobQueueUrl', 'LaunchQueueUrl'];

/** Keys below a prefix of the results bucket. */
export async function resultKeys(stack: Stack, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2(
    { client: stack.s3 },
    { Bucket: stack.output('ResultsBucketName'), Prefix: prefix },
  );
  for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  return keys;
}

/** IDs of the jobs that have an outcome. */
export async function settledJobs(stack: Stack): Promise<Set<string>> {
  const keys = await resultKeys(stack, 'outcomes/');
  return new Set(keys.map((key) => key.slice('outcomes/'.length, -'.json'.length)));
}

export async function queueDepths(stack: Stack): Promise<QueueDepth[]> {
  return Promise.all(
    QUEUES.map(async (name) => {
      const { Attributes } = await stack.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: stack.output(name),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        name,
        visible: Number(Attributes?.ApproximateNumberOfMessages),
        inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      };
    }),
  );
}

/** ARNs of the tasks of one family that are to run: `worker`, `job` or `sweep`. */
export async function activeTasks(stack: Stack, family: string): Promise<string[]> {
  const { taskArns } = await stack.ecs.send(
    new ListTasksCommand({ cluster: stack.output('ClusterName'), family: `${stack.name}-${family}` }),
  );
  return taskArns ?? [];
}

/** Why the last worker that could not start did not; undefined when none failed to. */
export async function startFailure(stack: Stack): Promise<string | undefined> {
  const cluster = stack.output('ClusterName');
  const family = `${stack.name}-worker`;
  const { taskArns = [] } = await stack.ecs.send(
    new ListTasksCommand({ cluster, family, desiredStatus: 'STOPPED', maxResults: 100 }),
  );
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await stack.ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.find(({ stopCode }) => stopCode === 'TaskFailedToStart')?.stoppedReason;
}

/** ARNs of the workers that are protected from scaling in. */
export async function protectedTasks(stack: Stack): Promise<string[]> {
  const tasks = await activeTasks(stack, 'worker');
  if (tasks.length === 0) return [];
  const cluster = stack.output('ClusterName');
  const { protectedTasks = [] } = await stack.ecs.send(new GetTaskProtectionCommand({ cluster, tasks }));
  return protectedTasks.flatMap(({ taskArn, protectionEnabled }) => (protectionEnabled && taskArn) || []);
}
