import {
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { JobId } from '../core/job.ts';
import { readLaunchEnvironment } from '../core/launch.ts';

/** A task that was launched for one job. Times: Unix epoch, milliseconds. */
export interface LaunchedTask {
  readonly taskArn: string;
  readonly jobId: JobId;
  /** Of its object. */
  readonly bytes: number;
  /** Of its creation, while it waits to start. */
  readonly startedAt: number;
  /** Somebody or something ends it, or has ended it. */
  readonly ending: boolean;
  /** Absent while it lives. */
  readonly stoppedAt?: number;
}

/** Tasks of the large route. */
export interface LaunchedTasks {
  /** All that live, and those that stopped in the last hour or so: ECS forgets them then. */
  list(): Promise<readonly LaunchedTask[]>;
  /** Has a task end, as StopTask does: SIGTERM, its stop timeout, SIGKILL. */
  stop(taskArn: string, reason: string): Promise<void>;
}

/** Tasks of one family in a cluster: ListTasks, DescribeTasks, StopTask. A task that nobody launched for a job is left out. */
export function createLaunchedTasks(
  client: ECSClient,
  { cluster, family }: { readonly cluster: string; readonly family: string },
): LaunchedTasks {
  /** ListTasks gives at most 100 a page, which is what DescribeTasks takes. */
  async function* pages(desiredStatus: 'RUNNING' | 'STOPPED'): AsyncGenerator<string[]> {
    let nextToken: string | undefined;
    do {
      const from = nextToken === undefined ? {} : { nextToken };
      const answer = await client.send(new ListTasksCommand({ cluster, family, desiredStatus, ...from }));
      if (answer.taskArns?.length) yield answer.taskArns;
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
  }

  return {
    async list() {
      const found: LaunchedTask[] = [];
      for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
        for await (const tasks of pages(desiredStatus)) {
          const answer = await client.send(new DescribeTasksCommand({ cluster, tasks }));
          found.push(...(answer.tasks ?? []).flatMap(launchedTask));
        }
      }
      return found;
    },
    async stop(task, reason) {
      await client.send(new StopTaskCommand({ cluster, task, reason }));
    },
  };
}

function launchedTask(task: Task): LaunchedTask[] {
  const { taskArn, startedBy, createdAt, startedAt, stoppedAt, desiredStatus, lastStatus } = task;
  if (taskArn === undefined || !startedBy?.startsWith('job/')) return [];
  const job = jobOf(task);
  if (job === undefined) return [];
  return [
    {
      taskArn,
      jobId: job.jobId,
      bytes: job.source.size,
      // Without either it began at no time, and is never overdue.
      startedAt: (startedAt ?? createdAt)?.getTime() ?? Number.POSITIVE_INFINITY,
      ending: desiredStatus === 'STOPPED',
      ...(lastStatus === 'STOPPED' ? { stoppedAt: stoppedAt?.getTime() ?? 0 } : {}),
    },
  ];
}

function jobOf({ overrides }: Task) {
  const variables = (overrides?.containerOverrides ?? []).flatMap(({ environment }) => environment ?? []);
  try {
    return readLaunchEnvironment(Object.fromEntries(variables.map(({ name = '', value }) => [name, value]))).job;
  } catch {
    return undefined;
  }
}
