import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobId } from '../../core/job.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { FaultScriptInput } from '../../infra/local/faults/fault-script.ts';
import { type LocalStack, mailsOf, openStack } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** Ways that few jobs go, each by way of a fault. They are here so that their permissions are used once, too. */
const FAULTS: FaultScriptInput = {
  requests: [
    {
      name: 'launch refused',
      on: { service: 'ecs', operation: 'RunTask', resource: '-job:' },
      nth: [1, 2],
      do: { kind: 'answer', status: 400, code: 'ClientException', message: 'No such subnet.' },
    },
    {
      name: 'launched before, it seems',
      on: { service: 'ecs', operation: 'RunTask', resource: '-job:' },
      nth: [1],
      do: {
        kind: 'answer',
        status: 400,
        body: {
          __type: 'ConflictException',
          message: 'The token was used.',
          resourceIds: [`arn:aws:ecs:us-east-1:000000000000:task/slipway/${'0'.repeat(32)}`],
        },
      },
    },
    {
      name: 'no room for the second attempt',
      on: { service: 'ecs', operation: 'RunTask', resource: '-job:', principal: 'OnTaskStoppedRole' },
      nth: [1],
      do: { kind: 'answer', status: 200, body: { tasks: [], failures: [{ reason: 'RESOURCE:MEMORY' }] } },
    },
    {
      name: 'sweep refused',
      on: { service: 'ecs', operation: 'RunTask', resource: '-sweep:' },
      nth: [1],
      do: { kind: 'answer', status: 400, code: 'ClientException', message: 'No such subnet.' },
    },
  ],
  events: [
    { name: 'event lost', on: { source: 'aws.s3', detail: '"key":"lost ' }, do: 'drop' },
    { name: 'stop told twice', on: { source: 'aws.ecs', detail: '"lastStatus":"STOPPED"' }, do: 'publish-twice' },
  ],
  deliveries: [{ name: 'event refused', on: { target: '-jobs-', payload: '"key":"refused ' }, do: { kind: 'refuse' } }],
  tasks: [
    // A sweep lets young objects be; here there are no others.
    { name: 'impatient sweep', on: { taskDefinition: '-sweep:' }, environment: { SWEEP_GRACE_SECONDS: '0' } },
    {
      name: 'deadly picture',
      on: { taskDefinition: '-job:' },
      environment: { CRASH_AT: 'processors.run:before~deadly' },
    },
  ],
};
const PARAMETERS = ['largeObjectBytes=20000', 'maxTasks=1', 'visibilitySeconds=30'];

let home: string;
let system: TestSystem;
let stack: LocalStack;
let small: Buffer;
let large: Buffer;

beforeAll(async () => {
  home = await makeHome();
  const faults = join(home, 'faults.json');
  await writeFile(faults, JSON.stringify(FAULTS));
  const parameters = PARAMETERS.flatMap((parameter) => ['--param', parameter]);
  system = await startTestSystem(home, ['--faults', faults, ...parameters]);
  stack = await openStack(system.url);
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const picture = (width: number) =>
    sharp({ create: { width, height: width, channels: 3, background: '#468', noise } })
      .png()
      .toBuffer();
  [small, large] = await Promise.all([picture(20), picture(150)]);
}, 90_000);

afterAll(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

function outcomeOf(jobId: JobId, withinMs = 40_000): Promise<Outcome> {
  const find = async () => (await stack.outcomes()).find((outcome) => outcome.jobId === jobId);
  return eventually(`job ${jobId} has its outcome`, find, withinMs);
}

/** Puts an object and deletes that version at once, before anybody can have read it. */
async function uploadAndDelete(key: string, body: Buffer): Promise<void> {
  const Bucket = stack.output('InboxBucketName');
  const { VersionId } = await stack.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
  await stack.s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId }));
}

function hasMail(text: string): Promise<unknown> {
  return eventually(`an e-mail says “${text}”`, async () => (await mailsOf(home)).some((mail) => mail.includes(text)));
}

describe('a job', () => {
  it('fails when ECS refuses its launch', async () => {
    expect(large.length).toBeGreaterThan(20_000);
    for (const key of ['launch refused.png', 'launch refused as well.png']) {
      const outcome = await outcomeOf(await stack.upload(key, large));
      expect(outcome).toMatchObject({ status: 'failed', reason: 'launch-refused' });
    }
    await hasMail('No such subnet.');
  }, 60_000);

  it('is launched once more when its token belongs to a task that is gone', async () => {
    expect(await outcomeOf(await stack.upload('launched before.png', large))).toMatchObject({ status: 'complete' });
  }, 60_000);

  it('is a dead letter when its large object is no picture', async () => {
    const outcome = await outcomeOf(await stack.upload('no picture.png', Buffer.alloc(30_000, 'x')));
    expect(outcome).toMatchObject({ status: 'failed', route: 'task' });
    await eventually(
      'the dead letter is there',
      async () => (await stack.depth('LaunchDeadLetterQueueUrl')).visible >= 2,
    );
  }, 60_000);

  it('is gone when its object was deleted before it was read, by both routes', async () => {
    await Promise.all([uploadAndDelete('deleted small.png', small), uploadAndDelete('deleted large.png', large)]);
    const gone = async () => (await stack.outcomes()).filter(({ status }) => status === 'gone');
    const found = await eventually('both are gone', async () => (await gone()).length === 2 && (await gone()), 40_000);
    expect(found.map(({ route }) => route).toSorted()).toEqual(['service', 'task']);
  }, 60_000);

  it('completes for each of two versions that were put in one second, by both routes', async () => {
    const pairs = [small, small, large, large].map((body, index) =>
      stack.upload(index < 2 ? 'twice small.png' : 'twice large.png', body),
    );
    for (const jobId of await Promise.all(pairs)) {
      expect(await outcomeOf(jobId)).toMatchObject({ status: 'complete' });
    }
  }, 90_000);
});

describe('a sweep', () => {
  it('that ECS refuses is told of', () => hasMail('The sweep could not start'), 60_000);

  async function startSweep(): Promise<void> {
    const lambda = new LambdaClient({
      endpoint: system.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const Payload = JSON.stringify({ scheduledTime: new Date().toISOString() });
    await lambda.send(new InvokeCommand({ FunctionName: 'slipway-dev-onSchedule', Payload }));
    lambda.destroy();
  }

  it('brings back what was lost and what EventBridge could not deliver, which an alarm tells', async () => {
    // Two versions of a key in one second: without their events, only the list of versions tells which is the newer one.
    const jobs = await Promise.all([
      ...[small, small].map((body) => stack.upload('lost small.png', body)),
      ...[large, large].map((body) => stack.upload('lost large.png', body)),
      stack.upload('refused small.png', small),
    ]);
    await startSweep();
    // That of the queue with the event that could not be delivered.
    await hasMail('UndeliveredEventsAlarm');
    for (const jobId of jobs) expect(await outcomeOf(jobId, 60_000)).toMatchObject({ status: 'complete' });
  }, 150_000);

  it('does so again', async () => {
    const jobId = await stack.upload('lost once more.png', small);
    await startSweep();
    expect(await outcomeOf(jobId, 60_000)).toMatchObject({ status: 'complete' });
  }, 90_000);

  it('makes up for everything that follows from outcomes and is not there', async () => {
    const broken = await stack.upload('no small picture.png', Buffer.alloc(300, 'x'));
    expect(await outcomeOf(broken)).toMatchObject({ status: 'failed', route: 'service' });
    await eventually('its timeline entry is there', async () =>
      (await stack.keys('timeline/')).some((key) => key.includes(broken)),
    );
    const followUps = async () => [...(await stack.keys('timeline/')), ...(await stack.keys('latest/'))].toSorted();
    const deadLetterQueues = ['JobDeadLetterQueueUrl', 'LaunchDeadLetterQueueUrl'];
    const deadLetters = () => Promise.all(deadLetterQueues.map(async (queue) => (await stack.depth(queue)).visible));
    const [before, lettersBefore] = [await followUps(), await deadLetters()];
    const Objects = before.map((Key) => ({ Key }));
    await stack.s3.send(new DeleteObjectsCommand({ Bucket: stack.output('ResultsBucketName'), Delete: { Objects } }));
    expect(await followUps()).toEqual([]);
    await startSweep();
    await eventually('all of it is there again', async () => isDeepStrictEqual(await followUps(), before), 60_000);
    for (const [index, letters] of (await deadLetters()).entries()) {
      expect(letters).toBeGreaterThan(lettersBefore[index] ?? 0);
    }
  }, 120_000);
});

// After the sweeps: a launch waits in its queue for minutes, and a sweep takes what is missing for something that waits, too.
describe('a job that kills', () => {
  it('fails when its task dies three times, though there was no room for the second at first', async () => {
    const outcome = await outcomeOf(await stack.upload('deadly.png', large), 90_000);
    expect(outcome).toMatchObject({ status: 'failed', route: 'task', attempts: 3 });
    const faults = await readFile(join(home, 'data', 'faults.jsonl'), 'utf8');
    expect(faults).toContain('no room for the second attempt');
  }, 120_000);
});

describe('an object without a version', () => {
  it('is read as it is, by both routes', async () => {
    const Bucket = stack.output('InboxBucketName');
    const VersioningConfiguration = { Status: 'Suspended' } as const;
    await stack.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    for (const [Key, Body] of Object.entries({ 'plain small.png': small, 'plain large.png': large })) {
      await stack.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      const find = async () => (await stack.outcomes()).find(({ source }) => source?.key === Key);
      expect(await eventually(`${Key} has its outcome`, find, 40_000)).toMatchObject({ status: 'complete' });
    }
  }, 90_000);
});
