import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, openStack } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** Scaling's five idle minutes pass in half a minute. */
const TIME_SCALE = 10;
const TASKS = 3;

let home: string;
let system: TestSystem;
let stack: LocalStack;
let ecs: ECSClient;
let logs: CloudWatchLogsClient;
let resources: readonly StackResource[];

beforeAll(async () => {
  home = await makeHome();
  system = await startTestSystem(home, ['--time-scale', String(TIME_SCALE), '--param', `maxTasks=${TASKS}`]);
  stack = await openStack(system.url);
  const client = {
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  ecs = new ECSClient(client);
  logs = new CloudWatchLogsClient(client);
  const { StackResources = [] } = await new CloudFormationClient(client).send(
    new DescribeStackResourcesCommand({ StackName: 'slipway-dev' }),
  );
  resources = StackResources;
}, 90_000);

afterAll(async () => {
  ecs?.destroy();
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

/** Uploads pictures; gives how many jobs there then are in all. */
async function upload(count: number, name: string): Promise<number> {
  const picture = { width: 1600, height: 1200, channels: 3, background: '#486' } as const;
  const content = await sharp({ create: picture }).jpeg().toBuffer();
  for (let index = 0; index < count; index += 1) await stack.upload(`${name}-${index}.jpg`, content);
  return (await stack.inboxJobs()).length;
}

const outcomes = (count: number) =>
  eventually(`${count} outcomes`, async () => (await stack.outcomes()).length >= count, 60_000);

describe('a service that scales by its latency target', () => {
  it('goes from zero to its most tasks in a burst and back to zero, and explains each step', async () => {
    await eventually('the scaler sleeps', async () =>
      (await lines('ScaleServiceLogGroup')).some(({ message }) => String(message).startsWith('nothing to do')),
    );
    expect(await counts()).toMatchObject({ desired: 0, tasks: 0 });
    const jobs = await upload(50, 'burst');
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
    const jobs = await upload(1, 'single');
    await eventually('a task is wanted', async () => (await counts()).desired === 1, 10_000);
    expect((await steps())[before]).toMatchObject({ from: 0, to: 1 });
    await outcomes(jobs);
    expect((await stack.keys('rates/')).length).toBeGreaterThan(0);
  }, 60_000);

  it('shrinks at once, and takes no task away that works', async () => {
    const jobs = await upload(60, 'shrink');
    await eventually('there are the most tasks', async () => (await counts()).running === TASKS, 60_000);
    await ecs.send(new UpdateServiceCommand({ ...service(), desiredCount: 1 }));
    await outcomes(jobs);
    const done = await stack.outcomes();
    expect(done.map(({ status, attempts }) => [status, attempts])).toEqual(Array(jobs).fill(['complete', 1]));
    await eventually('two tasks have gone', async () => (await counts()).tasks <= 1, 60_000);
    const gone = (await lines('WorkerLogGroup')).filter(({ message }) => message === 'draining');
    expect(gone.length).toBeGreaterThanOrEqual(2);
    expect(gone.filter((line) => line.jobs !== 0)).toEqual([]);
  }, 180_000);
});
