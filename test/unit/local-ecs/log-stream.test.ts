import { expect, it } from 'vitest';
import { containerDefinition } from '../../../infra/local/ecs/container-definition.ts';
import { logStreamOf } from '../../../infra/local/ecs/log-stream.ts';
import type { Task } from '../../../infra/local/ecs/task.ts';

const TASK = { taskId: '0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01' } as Task;

const streamOf = (logDriver: string, options: Record<string, string>) =>
  logStreamOf(
    TASK,
    containerDefinition.parse({ name: 'worker', image: 'i', logConfiguration: { logDriver, options } }),
  );

it('ECS itself writes to a stream of container and task', () => {
  const options = { 'awslogs-group': 'group', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'job' };
  expect(streamOf('awslogs', options)).toEqual({
    group: 'group',
    stream: `job/worker/${TASK.taskId}`,
    region: 'eu-west-1',
    writer: 'execution-role',
  });
  expect(streamOf('awslogs', {})).toBeUndefined();
});

it('a log router writes to CloudWatch under the tag of FireLens, with the task’s role', () => {
  const options = { Name: 'cloudwatch_logs', region: 'eu-west-1', log_group_name: 'group', log_stream_prefix: 'job/' };
  expect(streamOf('awsfirelens', options)).toEqual({
    group: 'group',
    stream: `job/worker-firelens-${TASK.taskId}`,
    region: 'eu-west-1',
    writer: 'task-role',
  });
});

it('lines for a service that is not here are kept under its name', () => {
  expect(streamOf('awsfirelens', { Name: 'splunk', host: 'hec.example.com' })).toMatchObject({
    group: '/firelens/splunk',
    writer: 'nobody',
  });
});
