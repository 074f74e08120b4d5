import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { recordKeys } from '../../../core/outcome.ts';
import { eventually } from '../../support/local-system.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

let aws: WorkerAws;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  aws = await startWorkerAws();
  for (const [source, dead] of [
    [aws.queues.jobs, aws.queues.jobsDead],
    [aws.queues.launches, aws.queues.launchesDead],
  ] as const) {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await arnOf(dead), maxReceiveCount: 20 });
    await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes: { RedrivePolicy } }));
  }
});
afterEach(() => stopAll());
afterAll(() => aws.close());

async function arnOf(QueueUrl: string): Promise<string> {
  const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return Attributes?.QueueArn ?? '';
}

async function redrive(from: string, to: string): Promise<void> {
  const SourceArn = await arnOf(from);
  await aws.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: await arnOf(to) }));
  await eventually('the messages are moved', async () => {
    const { Results } = await aws.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
    return Results?.[0]?.Status === 'COMPLETED';
  });
}

function start(command: string, rest: Record<string, string>): WorkerProcess {
  const worker = startWorker(command, aws.environment(`arn:aws:ecs:task/${workers.length + 1}`, rest));
  workers.push(worker);
  return worker;
}

async function stopAll(): Promise<void> {
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGTERM');
    await exit;
  }
}

const picture = (colour: string) =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

it('does exactly the failed jobs again, once what made them fail is mended', async () => {
  const jobs = [
    await aws.upload('one.jpg', await picture('#336699')),
    await aws.upload('two.jpg', await picture('#963')),
  ];
  const corrupt = await aws.upload('cut.jpg', (await picture('#999')).subarray(0, 600));
  start('service', { MAX_PIXELS: '100' });
  for (const job of [...jobs, corrupt]) await aws.announce(job);
  await eventually('all have failed', async () => (await aws.messages(aws.queues.jobsDead)) === 3);
  await stopAll();
  const before = await Promise.all([...jobs, corrupt].map((job) => aws.outcome(job)));
  expect(before.map((outcome) => outcome?.reason)).toEqual(['too-many-pixels', 'too-many-pixels', expect.any(String)]);

  await redrive(aws.queues.jobsDead, aws.queues.jobs);
  start('service', {});
  await eventually('the queue is worked off', async () => (await aws.messages(aws.queues.jobs)) === 0);
  for (const job of jobs) expect(await aws.outcome(job)).toMatchObject({ status: 'complete', attempts: 1 });
  const again = await aws.outcome(corrupt);
  expect(again).toMatchObject({ status: 'failed', reason: 'corrupt' });
  // What failed once more is back, with the new failure's date.
  const dead = await aws.receive(aws.queues.jobsDead);
  expect(dead?.attributes).toMatchObject({ jobId: corrupt.jobId, failedAt: again?.finishedAt });
  expect(await aws.messages(aws.queues.jobsDead)).toBe(1);
});

it('lets a task of its own replace the failure that its launch names, and no other', async () => {
  const job = await aws.upload('large.jpg', await picture('#123456'));
  const environment = { JOB: JSON.stringify(job.source), JOB_ID: job.jobId, ATTEMPT: '1' };
  expect(await start('task', { ...environment, MAX_PIXELS: '100' }).exit).toBe(65);
  const failedAt = (await aws.receive(aws.queues.launchesDead))?.attributes.failedAt ?? '';
  expect(await start('task', { ...environment, FAILED_AT: '2020-01-01T00:00:00.000Z' }).exit).toBe(65);
  expect((await aws.outcome(job))?.finishedAt).toBe(failedAt);
  expect(await start('task', { ...environment, FAILED_AT: failedAt }).exit).toBe(0);
  expect(await aws.outcome(job)).toMatchObject({ status: 'complete', route: 'task' });
});

it('has one outcome when many replace a failure at once', async () => {
  const job = await aws.upload('contended.jpg', Buffer.from('x'));
  const store = createOutcomeStore({ client: aws.s3, name: 'results' });
  const at = (second: number) => new Date(Date.parse('2026-03-01T12:00:00Z') + 1000 * second).toISOString();
  const outcomeAt = (second: number, status: 'failed' | 'complete') => ({
    v: 1 as const,
    jobId: job.jobId,
    status,
    route: 'service' as const,
    attempts: 1,
    taskArn: `arn:task/${second}`,
    startedAt: at(second),
    finishedAt: at(second),
    milliseconds: 0,
    outputs: [],
  });
  await store.commit(outcomeAt(0, 'failed'));
  const commits = await Promise.all(
    Array.from({ length: 8 }, (_, index) => store.commit(outcomeAt(index + 1, 'complete'), at(0))),
  );
  expect(commits.filter(({ won }) => won)).toHaveLength(1);
  const winner = commits.find(({ won }) => won)?.outcome;
  expect(commits.map(({ outcome }) => outcome)).toEqual(commits.map(() => winner));
  expect(await store.read(job.jobId)).toEqual(winner);
  // A complete outcome is replaced by nobody.
  expect(await store.commit(outcomeAt(20, 'complete'), winner?.finishedAt)).toMatchObject({ won: false });
  expect(await aws.keys('results', recordKeys.outcome(job.jobId))).toHaveLength(1);
});
