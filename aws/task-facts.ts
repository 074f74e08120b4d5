import { DescribeTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';
import type { TaskFact } from '../core/attempts.ts';
import { CONTAINER_NAME } from '../core/launch.ts';

/** What ECS knows of tasks. */
export interface TaskFacts {
  /** Facts by ARN; a task that ECS does not know (any more, after about an hour) has none. */
  describe(taskArns: readonly string[]): Promise<ReadonlyMap<string, TaskFact>>;
}

/** DescribeTasks takes at most 100 tasks a call. */
const DESCRIBE_LIMIT = 100;

/** Facts from DescribeTasks. */
export function createTaskFacts(client: ECSClient, cluster: string): TaskFacts {
  return {
    async describe(taskArns) {
      const facts = new Map<string, TaskFact>();
      for (let start = 0; start < taskArns.length; start += DESCRIBE_LIMIT) {
        const tasks = taskArns.slice(start, start + DESCRIBE_LIMIT);
        const answer = await client.send(new DescribeTasksCommand({ cluster, tasks }));
        for (const task of answer.tasks ?? []) if (task.taskArn !== undefined) facts.set(task.taskArn, factOf(task));
      }
      return facts;
    },
  };
}

/** `OutOfMemoryError: Container killed due to memory usage` (Amazon ECS Developer Guide, "Stopped tasks error messages"). */
const OUT_OF_MEMORY = /OutOfMemory/i;

function factOf(task: Task): TaskFact {
  const container = task.containers?.find(({ name }) => name === CONTAINER_NAME) ?? task.containers?.[0];
  return {
    stopped: task.lastStatus === 'STOPPED',
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(OUT_OF_MEMORY.test(container?.reason ?? '') ? { outOfMemory: true } : {}),
  };
}
