import { GetTaskProtectionCommand, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { create, type Harness, networkConfiguration, register, STAY, startEcs, TASK_ROLE } from './ecs-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startEcs();
});
afterEach(() => harness?.remove());

const PRINT_URIS = `console.log(process.env.ECS_AGENT_URI + ' ' + process.env.ECS_CONTAINER_METADATA_URI_V4); ${STAY}`;

/** The agent and metadata URIs that a running task has in its environment. */
async function urisOf(taskArn: string | undefined): Promise<{ agent: string; metadata: string }> {
  const stream = `tasks w/worker/${taskArn?.split('/').at(-1)}`;
  const line = await until(() => harness.logs.get(stream)?.find((each) => each.includes('_ecs')));
  await until(() => harness.eventsOf(taskArn).some(({ lastStatus }) => lastStatus === 'RUNNING'));
  const [agent = '', metadata = ''] = line.split(' ');
  return { agent, metadata };
}

async function runOne(): Promise<string | undefined> {
  const { tasks } = await harness.client.send(
    new RunTaskCommand({ cluster: 'c', taskDefinition: 'worker', launchType: 'FARGATE', networkConfiguration }),
  );
  return tasks?.[0]?.taskArn;
}

async function serviceTask(): Promise<string> {
  await create(harness.ecs, 'AWS::ECS::Service', 'Service', {
    Cluster: 'c',
    ServiceName: 's',
    TaskDefinition: 'worker',
    DesiredCount: '1',
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-a'] } },
  });
  harness.ecs.start?.();
  return until(async () => (await harness.client.send(new ListTasksCommand({ cluster: 'c' }))).taskArns?.[0]);
}

async function state(agent: string, body?: unknown): Promise<{ status: number; answer: unknown }> {
  const put = { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${agent}/task-protection/v1/state`, body === undefined ? {} : put);
  return { status: answer.status, answer: await answer.json() };
}

describe('task metadata', () => {
  it('tells a task what it is and where its output goes', async () => {
    await register(harness, PRINT_URIS);
    const arn = await runOne();
    const { metadata } = await urisOf(arn);
    const task = await (await fetch(`${metadata}/task`)).json();
    expect(task).toMatchObject({
      TaskARN: arn,
      Cluster: 'arn:aws:ecs:eu-west-1:000000000000:cluster/c',
      Family: 'worker',
      Revision: '1',
      KnownStatus: 'RUNNING',
      Limits: { CPU: 0.25, Memory: 512 },
      LaunchType: 'FARGATE',
      Containers: [{ Name: 'worker' }],
    });
    const container = await (await fetch(metadata)).json();
    expect(container).toMatchObject({
      LogDriver: 'awslogs',
      LogOptions: { 'awslogs-group': 'tasks', 'awslogs-stream': `w/worker/${arn?.split('/').at(-1)}` },
    });
    expect((await fetch(`${metadata}/stats`)).status).toBe(200);
    expect((await fetch(`${metadata}/nothing`)).status).toBe(404);
  });
});

describe('task protection', () => {
  it('is given to a task of a service, with its expiry, and taken back', async () => {
    await register(harness, PRINT_URIS);
    const arn = await serviceTask();
    const { agent } = await urisOf(arn);
    expect(await state(agent)).toEqual({
      status: 200,
      answer: { protection: { TaskArn: arn, ProtectionEnabled: false } },
    });
    const { answer } = await state(agent, { ProtectionEnabled: true, ExpiresInMinutes: 60 });
    expect(answer).toMatchObject({
      protection: { ProtectionEnabled: true, ExpirationDate: expect.stringMatching(/:\d\dZ$/) },
    });
    const { protectedTasks } = await harness.client.send(new GetTaskProtectionCommand({ cluster: 'c' }));
    expect(protectedTasks).toEqual([{ taskArn: arn, protectionEnabled: true, expirationDate: expect.any(Date) }]);
    expect((await state(agent, { ProtectionEnabled: false })).answer).toMatchObject({
      protection: { ProtectionEnabled: false },
    });
  });

  it('is refused with HTTP 200 to a task of RunTask', async () => {
    await register(harness, PRINT_URIS);
    const arn = await runOne();
    const { agent } = await urisOf(arn);
    expect(await state(agent, { ProtectionEnabled: true })).toMatchObject({
      status: 200,
      answer: { failure: { Arn: arn, Reason: 'TASK_NOT_VALID' } },
    });
  });

  it.each([
    ['an unknown field', { ProtectionEnabled: true, Extra: 1 }],
    ['no ProtectionEnabled', { ExpiresInMinutes: 5 }],
    ['too long a time', { ProtectionEnabled: true, ExpiresInMinutes: 2881 }],
    ['no time at all', { ProtectionEnabled: true, ExpiresInMinutes: 0 }],
    ['no JSON', '{'],
  ])('answers 400 to %s', async (_what, body) => {
    await register(harness, PRINT_URIS);
    const { agent } = await urisOf(await serviceTask());
    expect(await state(agent, body)).toMatchObject({
      status: 400,
      answer: { error: { Code: 'InvalidParameterException' } },
    });
  });

  it('needs a task role', async () => {
    await register(harness, PRINT_URIS, {}, { TaskRoleArn: undefined });
    const { agent } = await urisOf(await serviceTask());
    expect(await state(agent)).toMatchObject({ status: 403, answer: { error: { Code: 'AccessDeniedException' } } });
    expect(TASK_ROLE).toContain('role/');
  });
});
