import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournalStore } from '../../../aws/journal-store.ts';
import type { Job } from '../../../core/job.ts';
import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import { until } from '../../support/until.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

const oddService = fileURLToPath(new URL('./odd-service.ts', import.meta.url));

let aws: WorkerAws;
const workers: WorkerProcess[] = [];

afterEach(async () => {
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await aws?.close();
});

function start(taskArn: string, rest: Record<string, string> = {}): WorkerProcess {
  const worker = startWorker('service', aws.environment(taskArn, { LOG_LEVEL: 'info', ...rest }), oddService);
  workers.push(worker);
  return worker;
}

async function announced(text: string): Promise<Job> {
  const job = await aws.upload('job.txt', Buffer.from(text));
  await aws.announce(job);
  return job;
}

function says(worker: WorkerProcess, text: string): Promise<unknown> {
  return until(() => worker.output().includes(text), 15_000, worker.output);
}

function outcomeOf(job: Job, worker: WorkerProcess) {
  return until(() => aws.outcome(job), 20_000, worker.output);
}

async function attemptsOf({ jobId }: Job) {
  const stored = await createJournalStore({ client: aws.s3, name: 'results' }).read(jobId);
  return stored?.record.attempts ?? [];
}

function stopped(taskArn: string, exitCode: number): void {
  const containers = [{ name: 'worker', exitCode }];
  aws.tasks.set(taskArn, { lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers });
}

const FIRST = 'arn:aws:ecs:task/first';
const SECOND = 'arn:aws:ecs:task/second';

describe('a worker that is told to stop', { timeout: 60_000 }, () => {
  it('finishes a job that is nearly done, and exits 0', async () => {
    aws = await startWorkerAws();
    const worker = start(FIRST, { DRAIN_SECONDS: '20' });
    const job = await announced('second');
    await until(async () => (await attemptsOf(job)).length, 15_000, worker.output);
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(await aws.outcome(job)).toMatchObject({ status: 'complete', attempts: 1 });
    expect(await aws.messages(aws.queues.jobs)).toBe(0);
  });

  it('gives back a job that takes too long, open to the next worker at once and not held against the job', async () => {
    aws = await startWorkerAws();
    const worker = start(FIRST, { DRAIN_SECONDS: '1', VISIBILITY_SECONDS: '60' });
    const job = await announced('hang');
    await until(async () => (await attemptsOf(job)).length, 15_000, worker.output);
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(await aws.outcome(job)).toBeUndefined();
    expect(await attemptsOf(job)).toMatchObject([{ closed: 'released' }]);
    expect(await aws.receive(aws.queues.jobs)).toBeDefined();
  });
});

describe('a worker that goes wrong', { timeout: 60_000 }, () => {
  it('in a way that nobody foresaw says so and exits 1; the job is done by another', async () => {
    aws = await startWorkerAws();
    const first = start(FIRST, { VISIBILITY_SECONDS: '2' });
    const job = await announced('second');
    await until(async () => (await attemptsOf(job)).length, 15_000, first.output);
    first.child.kill('SIGUSR2');
    expect(await first.exit).toBe(1);
    expect(first.output()).toContain('nobody catches this');
    stopped(FIRST, 1);
    const outcome = await outcomeOf(job, start(SECOND, { VISIBILITY_SECONDS: '2' }));
    expect(outcome).toMatchObject({ status: 'complete', attempts: 2, taskArn: SECOND });
    await until(async () => (await attemptsOf(job)).at(-1)?.closed === 'complete', 10_000);
    expect(await attemptsOf(job)).toMatchObject([{ alone: false }, { alone: true }]);
  });

  it('and stands still for three leases is overtaken; what it comes to then changes nothing', async () => {
    aws = await startWorkerAws();
    const settings = { VISIBILITY_SECONDS: '2' };
    const zombie = start(FIRST, { ...settings, CRASH_AT: 'outcomes.commit:before=stall6000' });
    const job = await announced('copy');
    await says(zombie, 'crash point reached');
    const second = start(SECOND, settings);
    const outcome = await outcomeOf(job, second);
    expect(outcome).toMatchObject({ status: 'complete', taskArn: SECOND });
    expect(zombie.output()).not.toContain('job settled');
    await says(zombie, '"won":false');
    expect(await aws.outcome(job)).toEqual(outcome);
    await until(async () => (await attemptsOf(job)).every(({ closed }) => closed === 'complete'), 10_000);
    expect(await attemptsOf(job)).toHaveLength(2);
    await until(async () => (await aws.messages(aws.queues.jobs)) === 0, 10_000);
  });
});

describe('AWS that refuses', { timeout: 60_000 }, () => {
  const refusal = (operation: string, code: string, status: number, times: number): FaultScriptInput => ({
    requests: [
      {
        name: code,
        on: { service: 's3', operation, resource: 'outcomes|inbox/job', principal: '^worker$' },
        do: { kind: 'answer', status, code },
        times,
      },
    ],
  });

  it.each([
    // The SDK tries none of them again: the job is given back, and comes again.
    ['because the clock is wrong', refusal('PutObject', 'RequestTimeTooSkewed', 403, 1)],
    ['because the credentials have just expired', refusal('GetObject', 'ExpiredToken', 400, 1)],
  ])('%s fails no job', async (_name, script) => {
    aws = await startWorkerAws(script);
    const worker = start(FIRST, { AWS_ACCESS_KEY_ID: 'worker' });
    const job = await announced('copy');
    expect(await outcomeOf(job, worker)).toMatchObject({ status: 'complete' });
    await until(async () => (await aws.messages(aws.queues.jobs)) === 0, 10_000);
    expect(await aws.messages(aws.queues.jobsDead)).toBe(0);
    expect((await attemptsOf(job)).filter(({ closed }) => closed === 'error')).toEqual([]);
  });

  it('or breaks off leaves no secret in the log, however much is logged', async () => {
    const everywhere = (operation: string, action: NonNullable<FaultScriptInput['requests']>[number]['do']) => ({
      name: operation,
      on: { service: 's3', operation, resource: 'outcomes|inbox/job|journal', principal: '^worker$' },
      do: action,
      times: 2,
    });
    aws = await startWorkerAws({
      requests: [
        everywhere('PutObject', { kind: 'answer', status: 500, code: 'InternalError' }),
        everywhere('GetObject', { kind: 'hang-up' }),
      ],
    });
    const worker = start(FIRST, {
      AWS_ACCESS_KEY_ID: 'worker',
      AWS_SECRET_ACCESS_KEY: 'canary-secret-key',
      AWS_SESSION_TOKEN: 'canary-session-token',
      SOMEBODYS_PASSWORD: 'canary-password',
      LOG_LEVEL: 'trace',
    });
    await announced('throw');
    await says(worker, 'out of luck');
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(worker.output()).not.toMatch(/canary/i);
    // Nor what a signature is made of.
    expect(worker.output()).not.toMatch(/x-amz-security-token|Signature=/i);
  });
});
