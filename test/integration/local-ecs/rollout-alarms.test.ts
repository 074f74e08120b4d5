import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle, until } from '../../support/until.ts';
import { create, type Harness, networkConfiguration, register, STAY, startEcs } from './ecs-harness.ts';

const WINDOW_MS = 300_000;

let harness: Harness;
let clock: ManualClock;
let inAlarm: boolean;
afterEach(() => harness?.remove());

async function putService(): Promise<void> {
  await create(harness.ecs, 'AWS::ECS::Service', 'Service', {
    Cluster: 'c',
    ServiceName: 's',
    TaskDefinition: 'worker',
    DesiredCount: 1,
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: networkConfiguration.awsvpcConfiguration.subnets } },
    DeploymentConfiguration: { Alarms: { AlarmNames: ['attempts-fail'], Enable: true, Rollback: true } },
  });
}

async function start(): Promise<void> {
  clock = manualClock(Date.now());
  inAlarm = false;
  harness = await startEcs({
    clock,
    findAlarm: (name) => (name === 'attempts-fail' ? { inAlarm, windowMs: WINDOW_MS } : undefined),
  });
  await register(harness, STAY);
  await putService();
  harness.ecs.start?.();
}

async function describeService() {
  const { services } = await harness.client.send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] }));
  const [service] = services ?? [];
  if (!service) throw new Error('There is no service.');
  return service;
}

const running = (revision: number) =>
  until(async () => {
    const { deployments = [], runningCount } = await describeService();
    return deployments[0]?.taskDefinition?.endsWith(`:${revision}`) && deployments[0].runningCount === 1
      ? runningCount === 1
      : undefined;
  });

async function rollout(): Promise<string | undefined> {
  await settle();
  return (await describeService()).deployments?.[0]?.rolloutState;
}

function sound(state: boolean): void {
  inAlarm = state;
  harness.ecs.alarmChanged('attempts-fail');
}

it('completes a roll-out once its alarms have been quiet for as long as they look back', async () => {
  await start();
  await running(1);
  expect(await rollout()).toBe('IN_PROGRESS');
  clock.advance(WINDOW_MS - 1_000);
  expect(await rollout()).toBe('IN_PROGRESS');
  clock.advance(1_000);
  expect(await rollout()).toBe('COMPLETED');
});

it('takes a roll-out back whose alarm sounds, and leaves a completed one alone', async () => {
  await start();
  await running(1);
  clock.advance(WINDOW_MS);
  expect(await rollout()).toBe('COMPLETED');
  sound(true);
  expect(await rollout()).toBe('COMPLETED');
  sound(false);

  await register(harness, `${STAY} // newer`);
  await putService();
  harness.ecs.alarmChanged('attempts-fail');
  await running(2);
  sound(true);
  await running(1);
  const { events = [] } = await describeService();
  expect(events.map(({ message }) => message)).toContainEqual(
    expect.stringContaining('deployment failed: alarm detected.'),
  );
  // The alarm still sounds; it was so when this roll-out began.
  await until(async () => (await rollout()) === 'COMPLETED');
});

it('does not look at an alarm that sounded before: the roll-out may be the cure', async () => {
  await start();
  await running(1);
  clock.advance(WINDOW_MS);
  await rollout();
  sound(true);
  await register(harness, `${STAY} // the cure`);
  await putService();
  await running(2);
  sound(true);
  await until(async () => (await rollout()) === 'COMPLETED');
});
