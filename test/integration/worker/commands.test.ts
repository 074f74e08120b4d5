import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

let aws: WorkerAws;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  aws = await startWorkerAws();
});
afterEach(async () => {
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
});
afterAll(() => aws.close());

function start(command: string, rest: Record<string, string> = {}, taskArn = 'arn:aws:ecs:task/1'): WorkerProcess {
  const worker = startWorker(command, aws.environment(taskArn, rest));
  workers.push(worker);
  return worker;
}

function picture(colour = '#336699'): Promise<Buffer> {
  return sharp({ create: { width: 600, height: 400, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
}

describe('the image', () => {
  it('refuses an unknown command in one sentence', async () => {
    const worker = start('serve');
    expect(await worker.exit).toBe(64);
    expect(worker.output()).toBe('slipway: unknown command "serve"; expected one of: service, task, sweep.\n');
  });

  it('names what the environment lacks', async () => {
    const worker = start('sweep');
    expect(await worker.exit).toBe(1);
    expect(worker.output()).toBe('slipway: The environment is not complete: LARGE_OBJECT_BYTES is missing.\n');
  });
});

describe('the task', () => {
  const environmentOf = (job: Job, attempt = 1) => ({
    JOB: JSON.stringify(job.source),
    JOB_ID: job.jobId,
    ATTEMPT: String(attempt),
  });

  it('ends with 0 when its job is complete, and again when it was before', async () => {
    const job = await aws.upload('task.jpg', await picture());
    for (let launch = 0; launch < 2; launch += 1) {
      const worker = start('task', environmentOf(job));
      expect(await worker.exit, worker.output()).toBe(0);
    }
    expect(await aws.outcome(job)).toMatchObject({ status: 'complete', route: 'task', attempts: 1 });
  });

  it('ends with 65 when the object is bad, its message in the dead-letter queue of launches', async () => {
    const job = await aws.upload('cut.jpg', (await picture()).subarray(0, 900));
    expect(await start('task', environmentOf(job)).exit).toBe(65);
    expect(await aws.outcome(job)).toMatchObject({ status: 'failed', reason: 'corrupt' });
    const dead = await aws.receive(aws.queues.launchesDead);
    const failedAt = (await aws.outcome(job))?.finishedAt;
    expect(dead?.attributes).toEqual({ reason: 'corrupt', jobId: job.jobId, attempts: '1', failedAt });
  });

  it('ends with 71 when the processor needs more memory than it may have', async () => {
    const job = await aws.upload('hungry.jpg', await picture());
    const worker = start('task', { ...environmentOf(job), PROCESSOR_MEMORY_MIB: '64' });
    expect(await worker.exit, worker.output()).toBe(71);
    expect(await aws.outcome(job)).toBeUndefined();
  });

  it('refuses a launch whose job is not what its id says', async () => {
    const job = await aws.upload('other.jpg', await picture());
    const worker = start('task', { ...environmentOf(job), JOB_ID: '0'.repeat(64) });
    expect(await worker.exit).toBe(1);
    expect(worker.output()).toContain('JOB_ID is 000');
  });
});

describe('the sweep', () => {
  it('puts back what has no outcome, each into its queue, and writes its report', async () => {
    const small = await aws.upload('lost &<>"\'\u0001 small', Buffer.from('x'));
    const large = await aws.upload('lost-large', Buffer.alloc(2_000));
    const worker = start('sweep', { LARGE_OBJECT_BYTES: '1999', SWEEP_GRACE_SECONDS: '0', LOG_LEVEL: 'info' });
    expect(await worker.exit, worker.output()).toBe(0);
    expect((await aws.receive(aws.queues.launches))?.body).toContain(large.source.key);
    const bodies = [];
    for (let next = await aws.receive(aws.queues.jobs); next !== undefined; next = await aws.receive(aws.queues.jobs)) {
      bodies.push(JSON.parse(next.body).detail.object.key);
    }
    expect(bodies).toContain(small.source.key);
    expect(bodies).not.toContain('task.jpg');
    expect(await aws.keys('results', 'reports/')).toHaveLength(1);
    expect(worker.output()).toContain('"message":"sweep finished"');
  });
});
