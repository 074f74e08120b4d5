import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  type Task,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../support/manual-clock.ts';
import { settle, until } from '../../support/until.ts';
import { create, type Harness, networkConfiguration, register, STAY, startEcs } from './ecs-harness.ts';

let harness: Harness;
afterEach(() => harness?.remove());

async function putService(more: Record<string, unknown> = {}): Promise<void> {
  await create(harness.ecs, 'AWS::ECS::Service', 'Service', {
    Cluster: 'c',
    ServiceName: 's',
    TaskDefinition: 'worker',
    CapacityProviderStrategy: [
      { CapacityProvider: 'FARGATE', Base: 1, Weight: 0 },
      { CapacityProvider: 'FARGATE_SPOT', Weight: 1 },
    ],
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: networkConfiguration.awsvpcConfiguration.subnets } },
    ...more,
  });
}

async function startService(script: string, desiredCount: number, options = {}): Promise<void> {
  harness = await startEcs(options);
  await register(harness, script);
  await putService({ DesiredCount: desiredCount });
  harness.ecs.start?.();
}

async function describeService() {
  const { services } = await harness.client.send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] }));
  const [service] = services ?? [];
  if (!service) throw new Error('There is no service.');
  return service;
}

async function tasksOf(desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): Promise<Task[]> {
  const { taskArns = [] } = await harness.client.send(
    new ListTasksCommand({ cluster: 'c', serviceName: 's', desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  return (await harness.client.send(new DescribeTasksCommand({ cluster: 'c', tasks: taskArns }))).tasks ?? [];
}

/** Waits for the counts, running and pending. */
async function counts(running: number, pending = 0) {
  return until(
    async () => {
      const service = await describeService();
      return service.runningCount === running && service.pendingCount === pending ? service : undefined;
    },
    5_000,
    () => harness.ecs.runningTaskCounts(),
  );
}

const scale = (desiredCount: number) =>
  harness.client.send(new UpdateServiceCommand({ cluster: 'c', service: 's', desiredCount }));
const messages = async () => (await describeService()).events?.map(({ message }) => message) ?? [];

/** Waits until so many tasks have stopped, and makes sure that no other begins. */
async function failed(count: number): Promise<void> {
  await until(
    async () => (await tasksOf('STOPPED')).filter(({ lastStatus }) => lastStatus === 'STOPPED').length === count,
  );
  await settle(20);
  expect(await tasksOf()).toEqual([]);
  expect(await tasksOf('STOPPED')).toHaveLength(count);
}

describe('a service', () => {
  it('keeps its desired count, says so, and gives its tasks their origin', async () => {
    await startService(STAY, 0);
    await scale(2);
    await counts(2);
    const service = await until(async () => {
      const found = await describeService();
      return found.events?.[0]?.message?.includes('steady state') ? found : undefined;
    });
    expect(service.events?.[0]?.message).toBe('(service s) has reached a steady state.');
    const tasks = await tasksOf();
    expect(tasks.map(({ group }) => group)).toEqual(['service:s', 'service:s']);
    expect(tasks.map(({ capacityProviderName }) => capacityProviderName)).toEqual(['FARGATE', 'FARGATE_SPOT']);
    expect(tasks[0]?.startedBy).toBe(service.deployments?.[0]?.id);
    expect(service.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 });
    expect(harness.ecs.runningTaskCounts()).toEqual([
      { cluster: 'c', service: 's', running: 2, pending: 0, desired: 2 },
    ]);
  });

  it('replaces a task that dies', async () => {
    await startService(STAY, 1);
    await counts(1);
    const [task] = await tasksOf();
    await harness.client.send(new StopTaskCommand({ cluster: 'c', task: task?.taskArn }));
    await until(async () =>
      (await tasksOf()).some(({ taskArn, lastStatus }) => taskArn !== task?.taskArn && lastStatus === 'RUNNING'),
    );
  });

  it('scales in by stopping tasks that are not protected, and waits for those that are', async () => {
    const clock = manualClock(Date.now());
    await startService(STAY, 3, { clock });
    await counts(3);
    const [first, second] = await tasksOf();
    const protectedArns = [first?.taskArn ?? '', second?.taskArn ?? ''];
    await harness.client.send(
      new UpdateTaskProtectionCommand({
        cluster: 'c',
        tasks: protectedArns,
        protectionEnabled: true,
        expiresInMinutes: 60,
      }),
    );
    harness.ecs.setDesiredCount('c', 's', 0, 'the queue is empty');
    await counts(2);
    expect((await tasksOf()).map(({ taskArn }) => taskArn).sort()).toEqual(protectedArns.sort());
    const [stopped] = await tasksOf('STOPPED');
    expect(stopped).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d{19}\)$/),
    });
    await harness.client.send(
      new UpdateTaskProtectionCommand({ cluster: 'c', tasks: protectedArns.slice(0, 1), protectionEnabled: false }),
    );
    await until(
      async () => (await tasksOf('STOPPED')).filter(({ lastStatus }) => lastStatus === 'STOPPED').length === 2,
    );
    // Nothing but the end of its protection is left that could end the third.
    await settle();
    expect(await tasksOf()).toHaveLength(1);
    clock.advance(60 * 60_000);
    await counts(0);
    expect(await messages()).toEqual(
      expect.arrayContaining([expect.stringContaining('desired count is now 0: the queue is empty')]),
    );
  });

  it('rolls out a new revision and ends the old tasks', async () => {
    await startService(STAY, 2);
    await counts(2);
    const before = (await tasksOf()).map(({ taskArn }) => taskArn);
    await register(harness, `${STAY} // newer`);
    await putService({ DesiredCount: 7 });
    const service = await until(async () => {
      const found = await describeService();
      return found.deployments?.length === 1 &&
        found.deployments[0]?.rolloutState === 'COMPLETED' &&
        found.taskDefinition?.endsWith(':2')
        ? found
        : undefined;
    });
    expect(service.desiredCount).toBe(2);
    const after = await tasksOf();
    expect(after).toHaveLength(2);
    expect(after.some(({ taskArn }) => before.includes(taskArn))).toBe(false);
  });

  it('waits longer and longer between tasks that fail at once, and says that they do', async () => {
    const clock = manualClock(Date.now());
    await startService('process.exit(1)', 1, { clock });
    // Two at once, then one after each wait: 1 s, 2 s, 4 s.
    await failed(2);
    for (const [index, wait] of [1_000, 2_000, 4_000].entries()) {
      clock.advance(wait - 1);
      await failed(2 + index);
      clock.advance(1);
      await failed(3 + index);
    }
    expect(await messages()).toContain('(service s) is unable to consistently start tasks successfully.');
  });

  it('keeps the count that scaling gave it over a restart, and replaces the tasks that ended with the stand-in', async () => {
    await startService(STAY, 0);
    await scale(1);
    await counts(1);
    const [before] = await tasksOf();
    await harness.stop();
    expect(harness.eventsOf(before?.taskArn).at(-1)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TerminationNotice',
    });
    harness = await startEcs({ folder: harness.folder });
    await register(harness, STAY);
    await putService({ DesiredCount: 0 });
    harness.ecs.start?.();
    const service = await counts(1);
    expect(service.desiredCount).toBe(1);
    expect(service.taskDefinition).toMatch(/:1$/);
    expect(harness.ecs.desiredCount('c', 's')).toBe(1);
  });
});
