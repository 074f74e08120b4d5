import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../infra/local/database.ts';
import { type SqsService, sqsService } from '../../../infra/local/sqs/index.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

let directory: string;
let clock: ManualClock;
let database: ReturnType<typeof openDatabase>;
let sqs: SqsService;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-sqs-'));
  clock = manualClock();
  open();
});
afterEach(() => {
  close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): void {
  database = openDatabase(directory);
  sqs = sqsService({ database, clock, region: 'eu-west-1', origin: () => 'http://127.0.0.1:4566' });
}

function close(): void {
  sqs.stop?.();
  database.close();
}

async function create(type: string, logicalId: string, properties: object) {
  const provider = sqs.providers.find((candidate) => candidate.type === type);
  return provider?.create({ logicalId, properties, generatedName: `stack-${logicalId}`, stackName: 'stack' });
}

const never = () => new AbortController().signal;

it('makes the queues of a template, again on every boot, and loses nothing', async () => {
  const dead = await create('AWS::SQS::Queue', 'JobDeadLetterQueue', { MessageRetentionPeriod: 1_209_600 });
  const properties = {
    VisibilityTimeout: '120',
    RedrivePolicy: { deadLetterTargetArn: dead?.attributes?.Arn, maxReceiveCount: 20 },
    SqsManagedSseEnabled: true,
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const queue = await create('AWS::SQS::Queue', 'JobQueue', properties);
  const arn = 'arn:aws:sqs:eu-west-1:000000000000:stack-JobQueue';
  expect(queue).toEqual({
    ref: 'http://127.0.0.1:4566/000000000000/stack-JobQueue',
    attributes: {
      Arn: arn,
      QueueName: 'stack-JobQueue',
      QueueUrl: 'http://127.0.0.1:4566/000000000000/stack-JobQueue',
    },
  });
  await sqs.send(arn, 'job', { messageAttributes: { reason: 'test' } });
  const [held] = await sqs.receive(arn, { max: 10, waitSeconds: 0, signal: never() });
  await sqs.send(arn, 'another');
  close();
  open();
  await create('AWS::SQS::Queue', 'JobQueue', { ...properties, VisibilityTimeout: 60 });
  const depth = sqs.depths().find(({ name }) => name === 'stack-JobQueue');
  expect(depth).toMatchObject({ visible: 1, notVisible: 1, delayed: 0 });
  await sqs.remove(arn, [held?.receiptHandle ?? '']);
  clock.advance(60_000);
  const received = await sqs.receive(arn, { max: 10, waitSeconds: 0, signal: never() });
  expect(received.map(({ body }) => body)).toEqual(['another']);
});

it('keeps a queue policy, which a new boot of its queue leaves alone', async () => {
  const queue = await create('AWS::SQS::Queue', 'Q', {});
  await create('AWS::SQS::QueuePolicy', 'P', {
    Queues: [queue?.ref],
    PolicyDocument: { Version: '2012-10-17', Statement: [] },
  });
  expect((await create('AWS::SQS::Queue', 'Q', {}))?.ref).toBe(queue?.ref);
  const row = database.prepare('SELECT attributes FROM sqs_queue').get();
  expect(JSON.parse(String(row?.attributes))).toEqual({ Policy: '{"Version":"2012-10-17","Statement":[]}' });
});

it('names the resource and the property that it does not have', async () => {
  await expect(create('AWS::SQS::Queue', 'Q', { Colour: 'red' })).rejects.toThrow(
    'Resource Q (AWS::SQS::Queue): property Colour is not implemented by the local stand-in.',
  );
});

it('sends, receives, releases and counts in process', async () => {
  const arn = String((await create('AWS::SQS::Queue', 'Q', {}))?.attributes?.Arn);
  await sqs.send(arn, 'a', { messageAttributes: { word: 'x', empty: '' } });
  await sqs.send(arn, 'late', { delaySeconds: 10 });
  clock.advance(2000);
  const [message] = await sqs.receive(arn, { max: 1, waitSeconds: 0, visibilitySeconds: 5, signal: never() });
  expect(message).toMatchObject({
    body: 'a',
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: { word: { DataType: 'String', StringValue: 'x' } },
  });
  expect(sqs.depths()).toMatchObject([
    {
      name: 'stack-Q',
      arn,
      visible: 0,
      notVisible: 1,
      delayed: 1,
      oldestAgeSeconds: 2,
      sent: 2,
      received: 1,
      deleted: 0,
    },
  ]);
  await sqs.release(arn, message?.receiptHandle ?? '', 0);
  const again = await sqs.receive(arn, { max: 1, waitSeconds: 20, signal: never() });
  await sqs.remove(
    arn,
    again.map(({ receiptHandle }) => receiptHandle),
  );
  expect(sqs.depths()).toMatchObject([{ visible: 0, notVisible: 0, delayed: 1, deleted: 1 }]);
  await expect(sqs.send(`${arn}-missing`, 'a')).rejects.toThrow(/does not exist/);
});

it('is as fast with 100,000 messages in a queue as with ten', async () => {
  const arn = String((await create('AWS::SQS::Queue', 'Deep', {}))?.attributes?.Arn);
  const perRound = async () => {
    const startedAt = performance.now();
    for (let round = 0; round < 200; round += 1) {
      await sqs.send(arn, 'x');
      const taken = await sqs.receive(arn, { max: 1, waitSeconds: 0, signal: never() });
      await sqs.remove(
        arn,
        taken.map(({ receiptHandle }) => receiptHandle),
      );
      sqs.depths();
    }
    return (performance.now() - startedAt) / 200;
  };
  await perRound();
  const shallow = await perRound();
  await Promise.all(Array.from({ length: 100_000 }, () => sqs.send(arn, 'body')));
  const deep = await perRound();
  // Ten times is far from the hundreds that a scan of the queue would cost, and wide enough for a busy machine.
  expect(deep).toBeLessThan(Math.max(1, shallow * 10));
});
