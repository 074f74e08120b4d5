import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultScriptInput } from '../../infra/local/faults/fault-script.ts';
import { type LocalStack, openStack } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** Scaling's five idle minutes pass in half a minute. */
const TIME_SCALE = 10;
const TASKS = 3;
/** Of a task of stage dev. */
const SLOTS = 2;
/** Jobs that hold their slots for a while: whoever has some to do has them for half a minute. */
const SLOW: FaultScriptInput = {
  requests: [
    {
      name: 'slow to read',
      on: { service: 's3', operation: 'GetObject', resource: 'slow', principal: 'WorkerTaskRole' },
      do: { kind: 'delay', milliseconds: 1_500 },
    },
  ],
};

let home: string;
let system: TestSystem;
let stack: LocalStack;
let ecs: ECSClient;
let autoscaling: ApplicationAutoScalingClient;
let logs: CloudWatchLogsClient;
let resources: readonly StackResource[];

beforeAll(async () => {
  home = await makeHome();
  const faults = join(home, 'faults.json');
  await writeFile(faults, JSON.stringify(SLOW));
  const options = ['--time-scale', String(TIME_SCALE), '--param', `maxTasks=${TASKS}`, '--faults', faults];
  system = await startTestSystem(home, options);
  stack = await openStack(system.url);
  const client = {
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  ecs = new ECSClient(client);
  autoscaling = new ApplicationAutoScalingClient(client);
  logs = new CloudWatchLogsClient(client);
  const { StackResources = [] } = await new CloudFormationClient(client).send(
    new DescribeStackResourcesCommand({ StackName: 'slipway-dev' }),
  );
  resources = StackResources;
}, 90_000);

afterAll(async () => {
  ecs?.destroy();
  autoscaling?.destroy();
  logs?.destroy();
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

const service = () => ({ cluster: stack.output('ClusterName'), service: stack.output('WorkerServiceName') });

async function counts() {
  const { cluster, service: name } = service();
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const { desiredCount = -1, runningCount = -1, pendingCount = -1 } = services?.[0] ?? {};
  return { desired: desiredCount, running: runningCount, tasks: runningCount + pendingCount };
}

/** What a log group has said, one object a line. */
async function lines(logicalId: string): Promise<Record<string, unknown>[]> {
  const group = resources.find(({ LogicalResourceId }) => LogicalResourceId === logicalId)?.PhysicalResourceId;
  const found: Record<string, unknown>[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName: group, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    const texts = (page.events ?? []).map(({ message = '' }) => message).filter((text) => text.startsWith('{'));
    found.push(...texts.map((text) => JSON.parse(text) as Record<string, unknown>));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

const steps = async () =>
  (await lines('ScaleServiceLogGroup')).filter(({ message }) => message === 'scaling step') as {
    readonly from: number;
    readonly to: number;
    readonly reason: string;
  }[];

/** Uploads a picture so many times; gives how many jobs there then are in all. */
async function upload(count: number, name: string): Promise<number> {
  const picture = { width: 1600, height: 1200, channels: 3, background: '#486' } as const;
  const content = await sharp({ create: picture }).jpeg().toBuffer();
  for (let index = 0; index < count; index += 1) await stack.upload(`${index}-${name}`, content);
  return (await stack.inboxJobs()).length;
}

/** As a scheduled action would. */
async function limitTasks(MaxCapacity: number): Promise<void> {
  const { cluster, service: name } = service();
  const ResourceId = `service/${cluster}/${name}`;
  const dimension = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
  await autoscaling.send(new RegisterScalableTargetCommand({ ...dimension, ResourceId, MaxCapacity }));
}

const outcomes = (count: number) =>
  eventually(`${count} outcomes`, async () => (await stack.outcomes()).length >= count, 180_000);

describe('a service that scales by its latency target', () => {
  it('goes from zero to its most tasks in a burst and back to zero, and explains each step', async () => {
    await eventually('the scaler sleeps', async () =>
      (await lines('ScaleServiceLogGroup')).some(({ message }) => String(message).startsWith('nothing to do')),
    );
    expect(await counts()).toMatchObject({ desired: 0, tasks: 0 });
    const jobs = await upload(50, 'burst.jpg');
    await eventually('there are the most tasks', async () => (await counts()).running === TASKS, 60_000);
    await outcomes(jobs);
    await eventually('there is no task again', async () => (await counts()).tasks === 0, 90_000);

    const taken = (await steps()).filter(({ from, to }) => from !== to);
    // Each begins where the one before ended: nobody else has moved the count.
    expect(taken.map(({ from }) => from)).toEqual([0, ...taken.slice(0, -1).map(({ to }) => to)]);
    expect(Math.max(...taken.map(({ to }) => to))).toBe(TASKS);
    expect(taken.at(-1)).toMatchObject({ to: 0, reason: 'Nothing to do for 300 s: 0 tasks.' });
    for (const { from, to, reason } of taken) {
      if (to > from) expect(reason).toMatch(/waiting at .+ a second and task, .+: \d+ tasks?/);
      else expect(reason).toMatch(/enough for 60 s|Nothing to do for 300 s/);
    }
  }, 180_000);

  it('is woken by an upload long before its next tick, and learns from the workers', async () => {
    await eventually('the scaler sleeps', async () =>
      String((await lines('ScaleServiceLogGroup')).at(-1)?.message).startsWith('nothing to do'),
    );
    const before = (await steps()).length;
    const jobs = await upload(1, 'single.jpg');
    await eventually('a task is wanted', async () => (await counts()).desired === 1, 10_000);
    expect((await steps())[before]).toMatchObject({ from: 0, to: 1 });
    await outcomes(jobs);
    expect((await stack.keys('rates/')).length).toBeGreaterThan(0);
  }, 60_000);

  it('shrinks while all its tasks are at work: those that are too many come to rest first', async () => {
    const jobs = await upload(120, 'slow.jpg');
    const held = async () => (await stack.depth('JobQueueUrl')).held;
    await eventually('every slot of all tasks is at work', async () => (await held()) >= TASKS * SLOTS, 60_000);
    await limitTasks(1);
    await eventually('one task is left', async () => (await counts()).tasks === 1, 120_000);
    expect((await stack.depth('JobQueueUrl')).visible).toBeGreaterThan(0);
    const said = (text: string) => async () =>
      (await lines('WorkerLogGroup')).filter(({ message }) => String(message).startsWith(text));
    expect((await said('one task too many')()).length).toBe(TASKS - 1);
    expect((await said('draining')()).filter((line) => line.jobs !== 0)).toEqual([]);
    await outcomes(jobs);
    const done = await stack.outcomes();
    expect(done.map(({ status, attempts }) => [status, attempts])).toEqual(Array(jobs).fill(['complete', 1]));
    await limitTasks(TASKS);
  }, 300_000);
});
