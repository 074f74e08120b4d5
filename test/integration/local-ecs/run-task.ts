import { DescribeTasksCommand, RunTaskCommand, type RunTaskCommandInput, type Task } from '@aws-sdk/client-ecs';
import { until } from '../../support/until.ts';
import { type Harness, networkConfiguration, type TaskDetail } from './ecs-harness.ts';

/** Calls RunTask for the family `worker`; gives the answer and the ARN of its first task. */
export async function runTask(harness: Harness, input: Partial<RunTaskCommandInput> = {}) {
  const answer = await harness.client.send(
    new RunTaskCommand({
      cluster: 'c',
      taskDefinition: 'worker',
      launchType: 'FARGATE',
      networkConfiguration,
      ...input,
    }),
  );
  return { answer, arn: answer.tasks?.[0]?.taskArn };
}

export async function describeTask(harness: Harness, arn: string | undefined): Promise<Task | undefined> {
  const { tasks } = await harness.client.send(new DescribeTasksCommand({ cluster: 'c', tasks: [arn ?? ''] }));
  return tasks?.[0];
}

/** Waits for the event that the task has stopped. */
export function stopped(harness: Harness, arn: string | undefined, withinMs = 5_000): Promise<TaskDetail> {
  return until(
    () => harness.eventsOf(arn).find(({ lastStatus }) => lastStatus === 'STOPPED'),
    withinMs,
    () => harness.eventsOf(arn),
  );
}

/** What the task has printed. */
export function printed(harness: Harness, arn: string | undefined): readonly string[] {
  return harness.logs.get(`tasks w/worker/${arn?.split('/').at(-1)}`) ?? [];
}
