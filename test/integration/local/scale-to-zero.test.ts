import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { compileTemplate } from '../../../infra/local/compile-template.ts';
import { createSystem, type System } from '../../../infra/local/system.ts';
import { readTemplate } from '../../../infra/local/template/compiled-template.ts';
import { type LocalStack, openStack } from '../../support/local-stack.ts';
import { eventually } from '../../support/local-system.ts';

const serviceDirectory = fileURLToPath(new URL('../../..', import.meta.url));

/** The stand-in's clock against the wall's: the five minutes of the empty alarm pass in ten seconds. */
const SPEED = 30;

let directory: string;
let functions: Server;
let system: System;
let stack: LocalStack;
let ecs: ECSClient;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-scaling-'));
  const packageDirectory = join(directory, 'package');
  // With policies of Application Auto Scaling alone: scaling that needs no function.
  const args = ['--stage', 'dev', '--param', 'scaling=backlog'];
  const template = await compileTemplate({ serviceDirectory, packageDirectory, arguments: args });
  // The functions have no part in this: whatever they are asked, they say nothing.
  functions = createServer((request, response) => void request.resume().on('end', () => response.end('null')));
  await new Promise<void>((resolve) => functions.listen(0, '127.0.0.1', resolve));
  system = await createSystem({
    template: await readTemplate(template),
    stackName: 'slipway-dev',
    region: 'us-east-1',
    directory: join(directory, 'data'),
    port: 0,
    lambdaUrl: `http://127.0.0.1:${(functions.address() as AddressInfo).port}`,
    images: {
      'slipway/dev': {
        entryPoint: [process.execPath, '.build/worker/main.mjs'],
        workingDirectory: serviceDirectory,
      },
    },
    clock: systemClock(SPEED),
  });
  await system.start();
  stack = await openStack(system.url);
  ecs = new ECSClient({
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}, 60_000);

afterAll(async () => {
  ecs?.destroy();
  stack?.close();
  await system?.stop();
  functions?.closeAllConnections();
  await new Promise((resolve) => functions?.close(resolve));
  await rm(directory, { recursive: true, force: true });
}, 30_000);

async function service() {
  const { services } = await ecs.send(
    new DescribeServicesCommand({
      cluster: stack.output('ClusterName'),
      services: [stack.output('WorkerServiceName')],
    }),
  );
  const { desiredCount = -1, runningCount = -1, pendingCount = -1, events = [] } = services?.[0] ?? {};
  return { desiredCount, tasks: runningCount + pendingCount, events };
}

it('an upload wakes the service, and with its queue empty for five readings it has no task again', async () => {
  expect(await service()).toMatchObject({ desiredCount: 0, tasks: 0 });

  const content = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#486' } })
    .jpeg()
    .toBuffer();
  await Promise.all(['a.jpg', 'b.jpg', 'c.jpg'].map((key) => stack.upload(key, content)));
  const outcomes = await eventually('every job has its outcome', async () => {
    const found = await stack.outcomes();
    return found.length === 3 && found;
  });
  expect(outcomes.map(({ status, route }) => [status, route])).toEqual(Array(3).fill(['complete', 'service']));
  expect(await service()).toMatchObject({ desiredCount: 1, tasks: 1 });

  const asleep = await eventually('the service has no task', async () => {
    const state = await service();
    return state.tasks === 0 && state;
  });
  expect(asleep.desiredCount).toBe(0);
  const seconds = (words: RegExp) =>
    (asleep.events.find(({ message = '' }) => words.test(message))?.createdAt?.getTime() ?? Number.NaN) / 1000;
  const [woken, sentToSleep] = [
    seconds(/desired count is now 1.*JobsWithoutTaskAlarm/),
    seconds(/desired count is now 0.*JobQueueEmptyAlarm/),
  ];
  // The rest of the minute that had jobs, four empty ones, and the first reading of the fifth.
  expect(sentToSleep - woken).toBeGreaterThanOrEqual(240);
}, 60_000);
