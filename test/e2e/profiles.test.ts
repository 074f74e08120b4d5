import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterEach, expect, it } from 'vitest';
import { type LocalStack, openStack } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** Whatever is more than the small picture takes the other way. */
const LARGE_OBJECT_BYTES = 5_000;

let home: string;
let system: TestSystem | undefined;
let stack: LocalStack | undefined;

afterEach(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

/** A small and a large upload in a system of its own; gives the tasks that did them once both are complete. */
async function doTwoJobs(stage: string, params: readonly string[]): Promise<Task[]> {
  home = await makeHome();
  const parameters = [`largeObjectBytes=${LARGE_OBJECT_BYTES}`, ...params].flatMap((param) => ['--param', param]);
  system = await startTestSystem(home, ['--stage', stage, ...parameters]);
  stack = await openStack(system.url);
  const { outcomes, upload } = stack;
  const noise = sharp({
    create: {
      width: 200,
      height: 150,
      channels: 3,
      background: '#357',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });
  const plain = sharp({ create: { width: 200, height: 150, channels: 3, background: '#357' } });
  await upload('small.jpg', await plain.jpeg().toBuffer());
  await upload('large.png', await noise.png().toBuffer());
  const done = await eventually('both jobs have their outcomes', async () => {
    const found = await outcomes();
    return found.length === 2 && found;
  });
  expect(done.map(({ status, route }) => `${status} ${route}`).toSorted()).toEqual([
    'complete service',
    'complete task',
  ]);
  return tasksOf(stack);
}

const client = () => ({
  endpoint: system?.url ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

async function tasksOf({ output }: LocalStack): Promise<Task[]> {
  const ecs = new ECSClient(client());
  const cluster = output('ClusterName');
  try {
    const lists = await Promise.all(
      (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
        ecs.send(new ListTasksCommand({ cluster, desiredStatus })),
      ),
    );
    const { tasks = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster, tasks: lists.flatMap(({ taskArns = [] }) => taskArns) }),
    );
    return tasks;
  } finally {
    ecs.destroy();
  }
}

/** Names of the log streams of the workers that say something. */
async function logStreams(): Promise<Set<string>> {
  const logs = new CloudWatchLogsClient(client());
  try {
    const named = new DescribeLogGroupsCommand({ logGroupNamePrefix: 'slipway-prod-WorkerLogGroup' });
    const { logGroups = [] } = await logs.send(named);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: logGroups[0]?.logGroupName }));
    return new Set(events.map(({ logStreamName = '' }) => logStreamName.replace(/[0-9a-f]{32}/, 'TASK')));
  } finally {
    logs.destroy();
  }
}

it('prod does both kinds of jobs with keys of its own, and FireLens carries the logs', async () => {
  const tasks = await doTwoJobs('prod', ['logging=firelens']);
  expect(new Set(tasks.map(({ launchType, capacityProviderName }) => `${launchType} ${capacityProviderName}`))).toEqual(
    new Set(['FARGATE FARGATE']),
  );
  for (const { containers = [] } of tasks) expect(containers.map(({ name }) => name)).toEqual(['worker', 'log-router']);
  // A sweep may have run too.
  expect([...(await logStreams())].toSorted()).toEqual(
    expect.arrayContaining(['job/worker-firelens-TASK', 'service/worker-firelens-TASK']),
  );
}, 120_000);

it('on instances, both kinds of tasks are placed by the capacity provider', async () => {
  const tasks = await doTwoJobs('prod', ['capacity=ec2']);
  const [service, job] = [/^service:/, /-job$/].map((group) => tasks.find((task) => group.test(task.group ?? '')));
  for (const task of [service, job]) {
    expect(task).toMatchObject({ launchType: 'EC2', attachments: [{ type: 'ElasticNetworkInterface' }] });
    expect(task?.capacityProviderName).toMatch(/InstanceCapacity/);
    expect(task).not.toHaveProperty('ephemeralStorage');
  }
}, 120_000);

it('on machines outside, both kinds of tasks do without network interfaces and a shared file system', async () => {
  const tasks = await doTwoJobs('dev', ['capacity=external', 'network=none']);
  expect(tasks.length).toBeGreaterThanOrEqual(2);
  for (const task of tasks) {
    expect(task).toMatchObject({ launchType: 'EXTERNAL', attachments: [] });
    expect(task.capacityProviderName).toBeUndefined();
  }
}, 120_000);
