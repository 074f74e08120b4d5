import { DescribeTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLaunchedTasks } from '../../../aws/launched-tasks.ts';
import { jobOf } from '../../../core/job.ts';
import { launchEnvironment } from '../../../core/launch.ts';
import { OVERDUE_REASON } from '../../../core/overdue.ts';
import { decideStop } from '../../../core/stop-policy.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { eventually } from '../../support/local-system.ts';
import { type Harness, IMAGE, networkConfiguration, startEcs } from '../local-ecs/ecs-harness.ts';

const job = jobOf({ bucket: 'inbox', key: 'a.tif', versionId: 'v1', etag: 'e', size: 5_000_000, sequencer: '01' });
let ecs: Harness;

beforeAll(async () => {
  ecs = await startEcs();
  for (const family of ['job', 'other']) {
    await ecs.client.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [
          { name: 'worker', image: IMAGE, command: ['setInterval(() => {}, 1e9)'], essential: true, stopTimeout: 2 },
        ],
      }),
    );
  }
});
afterAll(() => ecs.remove());

async function run(taskDefinition: string, startedBy: string): Promise<string> {
  const environment = Object.entries(launchEnvironment({ job, attempt: 1 })).map(([name, value]) => ({ name, value }));
  const answer = await ecs.client.send(
    new RunTaskCommand({
      cluster: 'c',
      taskDefinition,
      startedBy,
      launchType: 'FARGATE',
      networkConfiguration,
      overrides: { containerOverrides: [{ name: 'worker', environment }] },
    }),
  );
  return answer.tasks?.[0]?.taskArn ?? '';
}

it('lists the tasks of jobs, living and stopped; one that is stopped as overdue is an attempt of its job', async () => {
  const launched = createLaunchedTasks(ecs.client, { cluster: 'c', family: 'job' });
  const taskArn = await run('job', `job/${job.jobId}/1`);
  await run('job', 'somebody');
  await run('other', `job/${job.jobId}/1`);
  const [task, ...more] = await launched.list();
  expect(more).toEqual([]);
  expect(task).toMatchObject({ taskArn, jobId: job.jobId, bytes: 5_000_000, ending: false });
  expect(Math.abs((task?.startedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(task).not.toHaveProperty('stoppedAt');
  await eventually('it runs', async () => {
    const { tasks } = await ecs.client.send(new DescribeTasksCommand({ cluster: 'c', tasks: [taskArn] }));
    return tasks?.[0]?.lastStatus === 'RUNNING';
  });

  await launched.stop(taskArn, OVERDUE_REASON);
  expect((await launched.list())[0]).toMatchObject({ taskArn, ending: true });
  const stopped = await eventually('it has stopped', async () => {
    const [found] = await launched.list();
    return found?.stoppedAt !== undefined && found;
  });
  expect(stopped).toMatchObject({ taskArn, ending: true });
  const event = ecs.eventsOf(taskArn).find(({ lastStatus }) => lastStatus === 'STOPPED');
  const state = taskStateChangeSchema.parse({ id: '1', 'detail-type': 'ECS Task State Change', detail: event });
  expect(decideStop(state, { maxAttempts: 3 })).toMatchObject({
    owner: 'job',
    stopClass: 'overdue',
    retry: { launch: { attempt: 2 } },
  });
  expect(decideStop(state, { maxAttempts: 1 })).toMatchObject({ outcome: { reason: 'deadline' } });
});
