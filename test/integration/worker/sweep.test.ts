import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLeaseStore } from '../../../aws/lease-store.ts';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { readRecord } from '../../../aws/record.ts';
import { type Job, jobOf } from '../../../core/job.ts';
import { type Outcome, recordKeys } from '../../../core/outcome.ts';
import { OVERDUE_REASON } from '../../../core/overdue.ts';
import { sweepLeaseSchema } from '../../../core/sweep-lease.ts';
import { type SweepReport, sweepReportSchema } from '../../../core/sweep-report.ts';
import { takeLease } from '../../../worker/sweep/lease.ts';
import { eventually } from '../../support/local-system.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

// A hundred thousand rows, and processes that start beside many others.
vi.setConfig({ testTimeout: 240_000 });

let aws: WorkerAws;
let sweeps: number;
const workers: WorkerProcess[] = [];

beforeEach(async () => {
  aws = await startWorkerAws();
  sweeps = 0;
});
afterEach(async () => {
  for (const { child, exit } of workers.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
  await aws.close();
});

const results = () => ({ client: aws.s3, name: 'results' });
const arnOf = (number: number) => `arn:aws:ecs:us-east-1:000000000000:task/cluster/sweep-${number}`;

function start(command: string, taskArn: string, rest: Record<string, string> = {}): WorkerProcess {
  const settings = { LARGE_OBJECT_BYTES: '100000', SWEEP_GRACE_SECONDS: '0', LOG_LEVEL: 'info', ...rest };
  const worker = startWorker(command, aws.environment(taskArn, settings));
  workers.push(worker);
  return worker;
}

/** Starts a sweep in a task that ECS knows. */
function startSweep(rest: Record<string, string> = {}): WorkerProcess & { readonly taskArn: string } {
  sweeps += 1;
  const taskArn = arnOf(sweeps);
  aws.tasks.set(taskArn, { lastStatus: 'RUNNING' });
  return { ...start('sweep', taskArn, rest), taskArn };
}

/** A sweep that has taken the lease and has much to do. */
async function startHolder() {
  const sweep = startSweep();
  await eventually('it has the lease', async () => (await lease())?.owner === sweep.taskArn);
  return sweep;
}

async function reportOf({ taskArn }: { readonly taskArn: string }): Promise<SweepReport> {
  const found = (await reports()).find((report) => report.taskArn === taskArn);
  if (found === undefined) throw new Error(`There is no report of ${taskArn}.`);
  return found;
}

async function reports(): Promise<SweepReport[]> {
  const keys = await aws.keys('results', 'reports/');
  const records = await Promise.all(keys.map((key) => readRecord(results(), key, sweepReportSchema)));
  return records.flatMap((stored) => stored?.record ?? []);
}

async function sweepOnce(rest: Record<string, string> = {}): Promise<SweepReport> {
  const sweep = startSweep(rest);
  expect(await sweep.exit, sweep.output()).toBe(0);
  aws.tasks.set(sweep.taskArn, { lastStatus: 'STOPPED' });
  return reportOf(sweep);
}

const lease = async () => (await readRecord(results(), recordKeys.sweepLease(), sweepLeaseSchema))?.record;

function outcomeOf(job: Job, rest: Partial<Outcome> = {}): Outcome {
  const at = '2026-03-01T12:00:00.000Z';
  const taskArn = 'arn:task/1';
  const heading = { v: 1 as const, jobId: job.jobId, source: job.source, route: 'service' as const, taskArn };
  return {
    ...heading,
    status: 'complete',
    attempts: 1,
    startedAt: at,
    finishedAt: at,
    milliseconds: 0,
    outputs: [],
    ...rest,
  };
}

const picture = (colour: string) =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

describe('two sweeps at once', () => {
  it('do the work once: the second leaves with skipped-overlap in its log and its report', async () => {
    insertSettled(10_000);
    const lost = await aws.upload('unsettled', Buffer.from('x'));
    const first = await startHolder();
    first.child.kill('SIGSTOP');
    const second = startSweep();
    expect(await second.exit, second.output()).toBe(0);
    const skipped = { end: 'skipped-overlap', heldBy: first.taskArn, scanned: 0, requeued: { service: 0, task: 0 } };
    expect(await reportOf(second)).toMatchObject(skipped);
    expect(second.output()).toContain('"message":"sweep skipped-overlap: another one is at work"');
    first.child.kill('SIGCONT');
    expect(await first.exit, first.output()).toBe(0);
    expect(await reportOf(first)).toMatchObject({
      end: 'complete',
      scanned: 10_001,
      lost: 1,
      requeued: { service: 1 },
    });
    expect((await aws.receive(aws.queues.jobs))?.body).toContain(lost.source.versionId);
    expect(await aws.messages(aws.queues.jobs)).toBe(1);
  });

  it('wait for no owner that is dead', async () => {
    insertSettled(10_000);
    const killed = await startHolder();
    killed.child.kill('SIGKILL');
    await killed.exit;
    expect(await sweepOnce()).toMatchObject({ end: 'skipped-overlap', heldBy: killed.taskArn });
    aws.tasks.set(killed.taskArn, { lastStatus: 'STOPPED', containers: [{ name: 'worker', exitCode: 137 }] });
    const report = await sweepOnce();
    expect(report).toMatchObject({ end: 'complete', scanned: 10_000 });
    const progress = { lastSweepAt: report.startedAt, pointerCursor: 'settled/000999' };
    expect(await lease()).toMatchObject({ owner: report.taskArn, released: true, progress });
  });

  it('never hold the lease both, however many want it in the same moment', async () => {
    const arns = Array.from({ length: 12 }, (_, index) => arnOf(index));
    const tasks = { describe: async () => new Map(arns.map((arn) => [arn, { stopped: false }])) };
    const clock = { now: () => Date.now() };
    for (let round = 0; round < 5; round += 1) {
      const wanted = arns.map((taskArn) => takeLease({ taskArn, tasks, clock, lease: createLeaseStore(results()) }));
      const held = (await Promise.all(wanted)).filter((each) => 'release' in each);
      expect(held).toHaveLength(1);
      await held[0]?.release({});
    }
  });
});

describe('a sweep', () => {
  it('brings everything back after a purge of both queues: all jobs come to their end', async () => {
    const small = await Promise.all(
      ['#111', '#222', '#333', '#444'].map(async (colour) => aws.upload(`small ${colour}`, await picture(colour))),
    );
    const large = await aws.upload('large', Buffer.alloc(100_001, 'x'));
    for (const job of [...small, large]) await aws.announce(job);
    for (const QueueUrl of [aws.queues.jobs, aws.queues.launches])
      await aws.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await eventually('the purge is over', async () => (await aws.messages(aws.queues.jobs)) === 0);

    const report = await sweepOnce();
    expect(report).toMatchObject({ end: 'complete', requeued: { service: 4, task: 1 }, lost: 5 });
    expect(report.requests).toBeGreaterThan(0);
    start('service', 'arn:task/service');
    await eventually('the jobs have their outcomes', async () => {
      const found = await Promise.all(small.map((job) => aws.outcome(job)));
      return found.every((outcome) => outcome?.status === 'complete');
    });
    expect((await aws.receive(aws.queues.launches))?.body).toContain(large.source.versionId);
    const mails = await aws.mails();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain('Subject: [Slipway test] The sweep put back 5 objects that were lost on the way');
    expect(mails[0]).toContain('It has put 4 into the job queue and 1 into the launch queue.');
    // The launch queue holds the large one still: it is not lost, and there is nothing more to tell.
    expect(await sweepOnce()).toMatchObject({ withOutcome: 4, lost: 0, requeued: { service: 0 } });
    expect(await aws.mails()).toHaveLength(1);
  });

  it('makes up for what does not follow from an outcome: dead letter with its reason, pointer, timeline', async () => {
    const [good, bad, large] = [
      await aws.upload('good', Buffer.from('1')),
      await aws.upload('bad', Buffer.from('2')),
      await aws.upload('large', Buffer.alloc(100_001)),
    ];
    const store = createOutcomeStore(results());
    const failure = outcomeOf(bad, { status: 'failed', reason: 'corrupt' });
    await store.commit(outcomeOf(good));
    await store.commit(failure);
    await store.commit(outcomeOf(large, { status: 'failed', reason: 'out-of-memory', route: 'task' }));
    // Dates of S3 are whole seconds, so what is of this very second is young.
    const report = await eventually('all is followed up', async () => {
      const next = await sweepOnce();
      return next.followedUp > 0 && next;
    });
    expect(report).toMatchObject({ withOutcome: 3, problems: 0 });
    expect((await aws.receive(aws.queues.jobsDead))?.attributes).toMatchObject({
      reason: 'corrupt',
      jobId: bad.jobId,
      failedAt: failure.finishedAt,
    });
    expect((await aws.receive(aws.queues.launchesDead))?.attributes).toMatchObject({ reason: 'out-of-memory' });
    const pointer = await aws.s3.send(new GetObjectCommand({ Bucket: 'results', Key: recordKeys.latest('good') }));
    expect(JSON.parse((await pointer.Body?.transformToString()) ?? '')).toMatchObject({ jobId: good.jobId });
    expect(await aws.keys('results', 'timeline/')).toHaveLength(3);
    expect(await sweepOnce()).toMatchObject({ followedUp: 0, pointers: { moved: 0 } });
  });

  it('leaves a large object to the task that lives for it, and stops one that hangs', async () => {
    const jobs = [await aws.upload('at work', Buffer.alloc(100_001)), await aws.upload('hung', Buffer.alloc(100_001))];
    const now = Date.now() / 1000;
    const launched = (job: Job, startedAt: number) => {
      const environment = Object.entries({ JOB: JSON.stringify(job.source), JOB_ID: job.jobId, ATTEMPT: '1' });
      return {
        group: 'family:job',
        desiredStatus: 'RUNNING',
        lastStatus: 'RUNNING',
        startedBy: `job/${job.jobId}/1`,
        startedAt,
        overrides: { containerOverrides: [{ environment: environment.map(([name, value]) => ({ name, value })) }] },
      };
    };
    for (const [index, job] of jobs.entries()) aws.tasks.set(`arn:task/${index}`, launched(job, now - 3_600 * index));
    expect(await sweepOnce()).toMatchObject({ inWork: 2, overdue: 1, requeued: { task: 0 } });
    expect(aws.tasks.get('arn:task/0')).toMatchObject({ desiredStatus: 'RUNNING' });
    expect(aws.tasks.get('arn:task/1')).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: OVERDUE_REASON });
    expect(await aws.messages(aws.queues.launches)).toBe(0);
  });

  it('ends at the next page when it is told to stop, and gives the lease back', async () => {
    insertSettled(10_000);
    const sweep = await startHolder();
    sweep.child.kill('SIGTERM');
    expect(await sweep.exit, sweep.output()).toBe(0);
    expect(await reportOf(sweep)).toMatchObject({ end: 'stopped' });
    expect(await lease()).toMatchObject({ released: true, progress: {} });
  });

  it('compares 100,000 versions in about as many requests as there are pages, and in little memory', async () => {
    insertSettled(100_000);
    const lost = await aws.upload('unsettled', Buffer.from('x'));
    const report = await sweepOnce();
    expect(report).toMatchObject({ end: 'complete', scanned: 100_001, withOutcome: 100_000, lost: 1, followedUp: 0 });
    expect(report).toMatchObject({ problems: 0, pointers: { checked: 1_000, moved: 0 } });
    expect((await aws.receive(aws.queues.jobs))?.body).toContain(lost.source.versionId);
    // 101 pages of versions, at most 116 of outcomes in 16 shards, 100 of the timeline; one read for each key whose
    // pointer is looked at; and what a sweep of nothing takes.
    expect(report.requests).toBeLessThan(101 + 116 + 100 + 1_000 + 30);
    expect(report.peakMib).toBeLessThan(512);
    expect((await lease())?.progress.pointerCursor).toBe('settled/000999');
  });
});

/** Puts versions with outcomes into the stand-in's own tables: 100,000 uploads would take a minute. */
function insertSettled(count: number): void {
  const insert = aws.database.prepare(
    `INSERT INTO s3_version (sequence, bucket, key, version_id, is_latest, delete_marker, size, etag, modified_at, attributes, segments)
     VALUES (?, ?, ?, ?, 1, 0, ?, ?, ?, '{"headers":{}}', '[]')`,
  );
  const insertBody = aws.database.prepare('INSERT INTO s3_inline_body (sequence, bytes) VALUES (?, ?)');
  let sequence = Number(aws.database.prepare('SELECT value FROM s3_sequence').get()?.value);
  const etag = createHash('md5').digest('hex');
  const at = Date.now() - 3_600_000;
  const finishedAt = new Date(at).toISOString();
  const put = (bucket: string, key: string, versionId: string, body = Buffer.alloc(0)) => {
    sequence += 1;
    insert.run(sequence, bucket, key, versionId, body.length, etag, at);
    if (bucket === 'results') insertBody.run(sequence, body);
  };
  // Names by hash go everywhere in the index: the default cache of 2 MB would be read and written over and over.
  aws.database.exec('PRAGMA cache_size = -200000; BEGIN');
  for (let index = 0; index < count; index += 1) {
    const key = `settled/${String(index).padStart(6, '0')}`;
    const job = jobOf({ bucket: 'inbox', key, versionId: `v${index}`, etag, size: 0, sequencer: '' });
    const outcome = outcomeOf(job, { status: 'failed', reason: 'corrupt', finishedAt });
    put('inbox', key, `v${index}`);
    put('results', recordKeys.outcome(job.jobId), 'null', Buffer.from(JSON.stringify(outcome)));
    put('results', recordKeys.timeline(outcome), 'null');
  }
  aws.database.prepare('UPDATE s3_sequence SET value = ?').run(sequence);
  aws.database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000');
}
