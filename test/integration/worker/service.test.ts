import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../../core/job.ts';
import { until } from '../../support/until.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

let aws: WorkerAws;
const workers: WorkerProcess[] = [];

beforeEach(async () => {
  aws = await startWorkerAws();
});
afterEach(async () => {
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await aws.close();
});

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

async function outcomeOf(job: Job, worker: WorkerProcess) {
  return until(
    () => aws.outcome(job),
    15_000,
    () => worker.output(),
  );
}

describe('the service', () => {
  it('brings pictures, bad files and garbage to their outcomes and stops on SIGTERM with exit code 0', async () => {
    const worker = start('service', { SLOTS: '3', LOG_LEVEL: 'info' });
    const key = 'Ferien/ä b+c%25 😀.jpg';
    const [good, empty, text] = await Promise.all([
      aws.upload(key, await picture()),
      aws.upload('empty.jpg', Buffer.alloc(0)),
      aws.upload('text.jpg', Buffer.from('no picture at all')),
    ]);
    for (const job of [good, empty, text]) await aws.announce(job);
    const outcome = await outcomeOf(good, worker);
    expect(outcome).toMatchObject({ status: 'complete', processor: 'image', route: 'service', attempts: 1 });
    expect(outcome.metadata).toMatchObject({ width: 600, height: 400, format: 'jpeg' });
    expect(outcome.metadata?.dominantColour).toMatch(/^#3[0-9a-f]6[0-9a-f]9[0-9a-f]$/);
    // The same event once more finds the outcome.
    await aws.announce(good);
    expect(await outcomeOf(empty, worker)).toMatchObject({ status: 'failed', reason: 'zero-bytes' });
    expect(await outcomeOf(text, worker)).toMatchObject({ status: 'failed', reason: 'unsupported-type' });
    for (const output of outcome.outputs) {
      const shared = await readFile(join(aws.directory, 'shared', output.key));
      expect(shared).toHaveLength(output.bytes);
      expect((await sharp(shared).metadata()).format).toBe('webp');
      expect(await aws.keys('results', output.key)).toEqual([output.key]);
    }
    expect(outcome.outputs.map(({ name }) => name).sort()).toEqual(['preview.webp', 'thumb.webp']);
    await until(async () => (await aws.messages(aws.queues.jobs)) === 0, 10_000);
    expect(await aws.messages(aws.queues.jobsDead)).toBe(2);
    expect(aws.protections[0]).toMatchObject({ ProtectionEnabled: true, ExpiresInMinutes: 23 });
    worker.child.kill('SIGTERM');
    await until(() => worker.output().includes('"message":"draining"'));
    // The receive that is open brings one more: it is given back at once.
    await aws.announce(good);
    expect(await worker.exit).toBe(0);
    expect(await aws.receive(aws.queues.jobs)).toBeDefined();
    expect(await readdir(join(aws.directory, 'scratch'))).toEqual([]);
  });

  it('does a job again, alone, whose worker was killed', async () => {
    // Its first processor takes longer to start than the journal to be written: the kill comes in the middle.
    const job = await aws.upload('killed.jpg', await picture());
    const first = start('service', { VISIBILITY_SECONDS: '3' }, 'arn:aws:ecs:task/first');
    await aws.announce(job);
    await until(async () => (await aws.keys('results', `journal/${job.jobId}`)).length, 10_000, first.output);
    first.child.kill('SIGKILL');
    await first.exit;
    aws.tasks.set('arn:aws:ecs:task/first', {
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      containers: [{ name: 'worker', exitCode: 137 }],
    });
    const second = start('service', { VISIBILITY_SECONDS: '3' }, 'arn:aws:ecs:task/second');
    const outcome = await outcomeOf(job, second);
    expect(outcome).toMatchObject({ status: 'complete', attempts: 2, taskArn: 'arn:aws:ecs:task/second' });
    await until(async () => (await aws.messages(aws.queues.jobs)) === 0, 10_000);
  });
});
