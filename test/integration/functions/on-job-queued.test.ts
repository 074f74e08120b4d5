import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import { objectCreatedBody } from '../../../core/object-event.ts';
import { journalSchema, recordKeys } from '../../../core/outcome.ts';
import { build } from '../../../scripts/build.ts';
import { until } from '../../support/until.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from '../worker/worker-process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const host = fileURLToPath(new URL('./lambda-host.ts', import.meta.url));
const bundle = join(root, '.build', 'responder', 'on-job-queued.mjs');

let aws: WorkerAws;
const calls: ChildProcess[] = [];
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  await build();
}, 60_000);
beforeEach(async () => {
  aws = await startWorkerAws();
});
afterEach(async () => {
  for (const call of calls.splice(0)) call.kill('SIGKILL');
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await aws.close();
});

const picture = () =>
  sharp({ create: { width: 600, height: 400, channels: 3, background: '#369' } })
    .jpeg()
    .toBuffer();

interface Called {
  readonly signal: NodeJS.Signals | null;
  readonly result: unknown;
  readonly output: string;
}

/** One call of the built function with the message of a job. */
async function call(job: Job, rest: Record<string, string> = {}, milliseconds = 60_000): Promise<Called> {
  const event = { Records: [{ messageId: 'm', body: objectCreatedBody(job, 'aws.s3'), messageAttributes: {} }] };
  const environment = aws.environment('none', { RESPONDER_MAX_BYTES: '1000000', LOG_LEVEL: 'INFO', ...rest });
  const child = spawn(process.execPath, [host, bundle, JSON.stringify(event), String(milliseconds)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  calls.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, name) => resolve(name)),
  );
  const last = output.trim().split('\n').at(-1) ?? '';
  return { signal, result: signal === null ? JSON.parse(last) : undefined, output };
}

async function attemptsOf(job: Job) {
  const object = await aws.s3.send(new GetObjectCommand({ Bucket: 'results', Key: recordKeys.journal(job.jobId) }));
  return journalSchema.parse(JSON.parse((await object.Body?.transformToString()) ?? '')).attempts;
}

async function finishWithTask(job: Job) {
  const worker = startWorker('service', aws.environment('arn:aws:ecs:task/second'));
  workers.push(worker);
  await aws.announce(job);
  await until(async () => (await aws.messages(aws.queues.jobs)) === 0, 15_000, worker.output);
  return aws.outcome(job);
}

describe('the first responder as it is deployed', () => {
  it('does a picture with children of its own, and writes to S3 and the shared file system', async () => {
    const job = await aws.upload('a b.jpg', await picture());
    const { result, output } = await call(job);
    expect(result, output).toEqual({ batchItemFailures: [] });
    const outcome = await aws.outcome(job);
    expect(outcome).toMatchObject({ status: 'complete', route: 'responder', processor: 'image' });
    const shared = await readdir(join(aws.directory, 'shared', 'outputs', job.jobId));
    expect(shared).toHaveLength(2);
    expect(await readdir(join(aws.directory, 'scratch'), { recursive: true })).toHaveLength(1);
  });

  it('leaves what takes longer than its call, with the attempt closed, to a task that then does it', async () => {
    const job = await aws.upload('slow.jpg', await picture());
    const { result, output } = await call(job, { CRASH_AT: 'processors.run:before=stall8000' }, 12_000);
    expect(result, output).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(await attemptsOf(job)).toMatchObject([{ closed: 'released' }]);
    expect(await finishWithTask(job)).toMatchObject({ status: 'complete', route: 'service', attempts: 2 });
    expect(await attemptsOf(job)).toMatchObject([{ closed: 'released' }, { alone: false, closed: 'complete' }]);
  }, 60_000);

  it.each(['journal.write:after', 'outputs.store:after'])(
    'killed at %s, leaves a job that a task does alone as soon as its time is over',
    async (point) => {
      const job = await aws.upload('killed.jpg', await picture());
      const { signal } = await call(job, { CRASH_AT: point }, 8_000);
      expect(signal).toBe('SIGKILL');
      const [attempt] = await attemptsOf(job);
      expect(attempt?.closed).toBeUndefined();
      await until(() => Date.now() > Date.parse(attempt?.endsBy ?? ''), 10_000);
      expect(await finishWithTask(job)).toMatchObject({ status: 'complete', route: 'service', attempts: 2 });
      expect(await attemptsOf(job)).toMatchObject([{}, { alone: true, closed: 'complete' }]);
    },
    60_000,
  );

  it('killed after the outcome stands, leaves the rest to whoever comes by', async () => {
    const job = await aws.upload('killed.jpg', await picture());
    const { signal } = await call(job, { CRASH_AT: 'outcomes.commit:after' });
    expect(signal).toBe('SIGKILL');
    expect(await aws.outcome(job)).toMatchObject({ status: 'complete', route: 'responder' });
    expect(await aws.keys('results', 'timeline/')).toEqual([]);
    const { result } = await call(job);
    expect(result).toEqual({ batchItemFailures: [] });
    expect(await aws.keys('results', 'timeline/')).toHaveLength(1);
    expect(await aws.keys('results', 'outcomes/')).toHaveLength(1);
  }, 60_000);
});
