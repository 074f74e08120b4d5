import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueUrlCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../infra/local/clock.ts';
import { compileTemplate } from '../../../infra/local/compile-template.ts';
import { createSystem, type System } from '../../../infra/local/system.ts';
import { readTemplate } from '../../../infra/local/template/compiled-template.ts';
import { eventually } from '../../support/local-system.ts';

const serviceDirectory = fileURLToPath(new URL('../../..', import.meta.url));

/** The stand-in's clock against the wall's: a quarter of an hour passes in four and a half seconds. */
const SPEED = 200;

let directory: string;
let functions: Server;
let clock: Clock;
let system: System;
let cloudwatch: CloudWatchClient;
let sqs: SQSClient;

// prod, because it has everything that a stage can have. There is no image: no task of the service can start.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-alarms-'));
  const template = await compileTemplate({
    serviceDirectory,
    packageDirectory: join(directory, 'package'),
    arguments: ['--stage', 'prod', '--param', 'alertEmail=ops@example.org'],
  });
  // The functions have no part in this: whatever they are asked, they say nothing.
  functions = createServer((request, response) => void request.resume().on('end', () => response.end('null')));
  await new Promise<void>((resolve) => functions.listen(0, '127.0.0.1', resolve));
  clock = systemClock(SPEED);
  system = await createSystem({
    template: await readTemplate(template),
    stackName: 'slipway-prod',
    region: 'us-east-1',
    directory: join(directory, 'data'),
    port: 0,
    lambdaUrl: `http://127.0.0.1:${(functions.address() as AddressInfo).port}`,
    images: {},
    clock,
  });
  await system.start();
  const config = {
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  cloudwatch = new CloudWatchClient(config);
  sqs = new SQSClient(config);
}, 60_000);

afterAll(async () => {
  cloudwatch?.destroy();
  sqs?.destroy();
  await system?.stop();
  functions?.closeAllConnections();
  await new Promise((resolve) => functions?.close(resolve));
  await rm(directory, { recursive: true, force: true });
}, 30_000);

/** The states of all alarms, by logical ID. */
async function states(): Promise<Record<string, string>> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  return Object.fromEntries(
    [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue = '' }) => [
      AlarmName.replace(/^slipway-prod-|-\w+$/g, ''),
      StateValue,
    ]),
  );
}

const inAlarm = async () =>
  Object.entries(await states())
    .filter(([, state]) => state === 'ALARM')
    .map(([name]) => name)
    .toSorted();

/** What a system says that has nothing to do: nothing of this tells anybody. */
const IDLE = ['TooFewTasksAlarm'];

async function mails(): Promise<string[]> {
  const mailbox = join(directory, 'data', 'mailbox');
  const names = await readdir(mailbox).catch(() => []);
  return Promise.all(names.map((name) => readFile(join(mailbox, name), 'utf8')));
}

async function send(queue: string, body: string): Promise<string> {
  const url = system.stack.resources.get(queue)?.ref ?? '';
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  return url;
}

test('an idle system alarms nobody, and none of its alarms flaps', async () => {
  await eventually('the empty queue is noticed', async () => (await inAlarm()).join() === IDLE.join());
  const until = clock.now() + 10 * 60_000;
  while (clock.now() < until) {
    expect(await inAlarm()).toEqual(IDLE);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await mails()).toEqual([]);
}, 20_000);

test('a message in a dead-letter queue is an e-mail, without any code of ours', async () => {
  const url = await send('FunctionsFailureQueue', '{"an":"event"}');
  const mail = await eventually('the alarm is mailed', async () => (await mails())[0]);
  expect(mail).toMatch(/^Subject: ALARM: "slipway-prod-FailedFunctionsAlarm-\w+" in us-east-1\r$/m);
  expect(mail).toContain('onSchedule or onTaskStopped gave an event up');
  await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
  await eventually('the alarm is over', async () => (await inAlarm()).join() === IDLE.join());
}, 20_000);

test('jobs that wait while no task can start are told of after a quarter of an hour', async () => {
  const sentAt = clock.now();
  await send('JobQueue', 'a job');
  await eventually('the alarm speaks', async () => (await inAlarm()).includes('IdleWorkersAlarm'), 25_000);
  // Periods are whole minutes of the clock: the first one has begun when the message comes.
  expect(clock.now() - sentAt).toBeGreaterThan(9 * 60_000);
  const mail = await eventually('it is mailed', async () =>
    (await mails()).find((text) => text.includes('fewer tasks ran than were wanted')),
  );
  expect(mail).toContain('WaitingJobsAlarm');
}, 40_000);

test('the dashboard names what is there', async () => {
  const name = system.stack.resources.get('Dashboard')?.ref ?? '';
  const { DashboardBody = '' } = await cloudwatch.send(new GetDashboardCommand({ DashboardName: name }));
  const queue = (await sqs.send(new GetQueueUrlCommand({ QueueName: nameOf('JobQueue') }))).QueueUrl ?? '';
  expect(queue).not.toBe('');
  expect(DashboardBody).toContain(nameOf('JobQueue'));
  expect(DashboardBody).not.toMatch(/\$\{/);
});

function nameOf(queue: string): string {
  return String(system.stack.resources.get(queue)?.attributes?.QueueName);
}
