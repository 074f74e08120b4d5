import { describe, expect, it } from 'vitest';
import { type Job, jobOf } from '../../../../core/job.ts';
import { parseObjectCreated } from '../../../../core/object-event.ts';
import { OVERDUE_REASON } from '../../../../core/overdue.ts';
import { sweepReportSchema } from '../../../../core/sweep-report.ts';
import { compare } from '../../../../worker/sweep/compare.ts';
import { createFindings } from '../../../../worker/sweep/findings.ts';
import { createPointerRound } from '../../../../worker/sweep/pointers.ts';
import { runSweep } from '../../../../worker/sweep/run-sweep.ts';
import { GRACE, LIMIT, MINUTE, NOW, sweepWorld } from '../../../support/sweep-world.ts';

const never = new AbortController().signal;
const keysOf = (messages: readonly { readonly body: string }[]) =>
  messages.map(({ body }) => parseObjectCreated(body).source.key);
const iso = (time: number) => new Date(time).toISOString();

describe('a version without an outcome', () => {
  it('is put back as the event that was lost', async () => {
    const { version, settle, ports, sent } = sweepWorld();
    const lost = version('lost a+b');
    settle(version('done'));
    const report = await runSweep(ports, never);
    expect(sent.service.map(({ body }) => parseObjectCreated(body))).toEqual([lost]);
    expect(report).toMatchObject({
      end: 'complete',
      scanned: 2,
      withOutcome: 1,
      requeued: { service: 1, task: 0 },
      lost: 1,
      sample: ['lost a+b'],
    });
    expect(sweepReportSchema.parse(report)).toEqual(report);
  });

  it('goes to a task of its own from one byte above the limit on', async () => {
    const { version, ports, sent } = sweepWorld();
    version('limit', { size: LIMIT });
    version('more', { size: LIMIT + 1 });
    await runSweep(ports, never);
    expect([keysOf(sent.service), keysOf(sent.task)]).toEqual([['limit'], ['more']]);
  });

  it('is left to its event while it is young', async () => {
    const { version, ports, sent } = sweepWorld();
    version('old', { ageMs: GRACE });
    version('young', { ageMs: GRACE - 1 });
    expect(await runSweep(ports, never)).toMatchObject({ young: 1, requeued: { service: 1 } });
    expect(keysOf(sent.service)).toEqual(['old']);
  });

  it('is a job of its own beside other versions of its key', async () => {
    const { version, settle, ports, sent } = sweepWorld();
    settle(version('k', { versionId: 'v2' }));
    version('k', { versionId: 'v1' });
    await runSweep(ports, never);
    expect(sent.service.map(({ body }) => parseObjectCreated(body).source.versionId)).toEqual(['v1']);
  });

  it('is none when it marks a folder', async () => {
    const { version, ports, sent } = sweepWorld();
    version('folder/');
    expect(await runSweep(ports, never)).toMatchObject({ scanned: 0 });
    expect(sent.service).toEqual([]);
  });

  it('makes one e-mail with many others', async () => {
    const { version, ports, alerts } = sweepWorld();
    for (let index = 0; index < 500; index += 1) version(`k${index}`);
    const report = await runSweep(ports, never);
    expect(report.sample).toHaveLength(20);
    expect(report.requeued.service).toBe(500);
    expect(alerts.map(({ subject }) => subject)).toEqual([
      '[Slipway dev] The sweep put back 500 objects that were lost on the way',
    ]);
    expect(alerts[0]?.body).toContain('  k0\n');
    await runSweep({ ...ports, taskArn: 'arn:task/sweep-2' }, never);
    expect(alerts).toHaveLength(1);
  });
});

describe('a backlog', () => {
  it('is not doubled by every sweep: what waits is put back at its turns alone, and nobody is mailed', async () => {
    const { version, ports, depths, sent, clock, alerts } = sweepWorld();
    for (let index = 0; index < 10; index += 1) version(`k${index}`, { ageMs: 0 });
    depths.service = 10;
    const reports = [];
    for (let sweep = 0; sweep < 8; sweep += 1) {
      clock.time += 60 * MINUTE;
      reports.push(await runSweep(ports, never));
    }
    // In eight hours: after 1, 2, 3 (of 2:40) and 6 (of 5:20).
    expect(reports.map(({ requeued }) => requeued.service)).toEqual([10, 10, 10, 0, 0, 10, 0, 0]);
    expect(reports.map(({ waiting }) => waiting)).toEqual([0, 0, 0, 10, 10, 0, 10, 10]);
    expect(reports.map(({ lost }) => lost)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([sent.service.length, alerts.length]).toEqual([40, 0]);
  });

  it('is one queue’s: the other’s lost versions go back at once', async () => {
    const { version, ports, depths, lease, clock, sent } = sweepWorld();
    await runSweep(ports, never);
    clock.time += MINUTE;
    version('large', { size: LIMIT + 1 });
    version('small');
    depths.service = 1;
    expect(lease.stored?.record.progress.lastSweepAt).toBe(iso(NOW));
    expect(await runSweep(ports, never)).toMatchObject({ waiting: 1, requeued: { service: 0, task: 1 }, lost: 1 });
    expect(keysOf(sent.task)).toEqual(['large']);
  });

  it('is believed when it is seen only after the first look', async () => {
    const { version, ports, lease, clock } = sweepWorld();
    await runSweep(ports, never);
    clock.time += MINUTE;
    version('k');
    // What SQS says of one moment is not yet true of the next.
    const depths = [0, 1];
    const service = { ...ports.queues.service, messages: async () => depths.shift() ?? 1 };
    const report = await runSweep({ ...ports, queues: { ...ports.queues, service } }, never);
    expect(report).toMatchObject({ waiting: 1, lost: 0 });
    expect(lease.stored?.record.released).toBe(true);
  });

  it('holds no job that is being worked on, nor one that came to its end since the listing', async () => {
    const { version, ports, depths, world, sent, settle } = sweepWorld();
    const [worked, tried, ended] = [version('worked'), version('tried long ago'), version('ended')];
    depths.service = 3;
    const journal = (job: Job, startedAt: number) => {
      const attempts = [{ id: '1', taskArn: 'arn:task/1', startedAt: iso(startedAt), alone: false }];
      world.journals.set(job.jobId, { record: { v: 1, jobId: job.jobId, attempts }, etag: '1' });
    };
    journal(worked, NOW - 19 * MINUTE);
    journal(tried, NOW - 21 * MINUTE);
    const { outcomes } = ports;
    const read = outcomes.read;
    const late = {
      ...outcomes,
      read: async (jobId: typeof ended.jobId) => (jobId === ended.jobId ? settle(ended) : read(jobId)),
    };
    const report = await runSweep({ ...ports, outcomes: late }, never);
    expect(report).toMatchObject({ inWork: 1, withOutcome: 1, requeued: { service: 1 } });
    expect(keysOf(sent.service)).toEqual(['tried long ago']);
  });
});

describe('a large object', () => {
  const large = { size: LIMIT + 1 };
  const task = (job: Job, rest: object = {}) => ({
    taskArn: `arn:task/${job.source.key}`,
    jobId: job.jobId,
    bytes: job.source.size,
    startedAt: NOW - 5 * MINUTE,
    ending: false,
    ...rest,
  });

  it('is launched again when no task lives for it', async () => {
    const { version, ports, launched, sent } = sweepWorld();
    const [running, stopping, retried, vanished] = ['running', 'stopping', 'retried', 'vanished'].map((key) =>
      version(key, large),
    ) as [Job, Job, Job, Job];
    launched.push(
      task(running),
      task(stopping, { ending: true }),
      // The handler of the stop may be about to launch the next task.
      task(retried, { ending: true, stoppedAt: NOW - GRACE + 1 }),
      task(vanished, { ending: true, stoppedAt: NOW - GRACE }),
    );
    expect(await runSweep(ports, never)).toMatchObject({ inWork: 3, requeued: { task: 1 } });
    expect(keysOf(sent.task)).toEqual(['vanished']);
  });

  it('has its task stopped when that has hung for too long, once', async () => {
    const { version, ports, launched, stopped, sent } = sweepWorld();
    const [hung, slow, ending] = ['hung', 'slow', 'ending'].map((key) => version(key, large)) as [Job, Job, Job];
    launched.push(
      task(hung, { startedAt: NOW - 41 * MINUTE }),
      task(slow, { startedAt: NOW - 39 * MINUTE }),
      task(ending, { startedAt: NOW - 50 * MINUTE, ending: true }),
    );
    expect(await runSweep(ports, never)).toMatchObject({ overdue: 1, inWork: 3 });
    expect(stopped).toEqual([{ taskArn: 'arn:task/hung', reason: OVERDUE_REASON }]);
    expect(sent.task).toEqual([]);
  });

  it('does not keep the sweep from the rest when its task cannot be stopped', async () => {
    const { version, ports, launched, sent } = sweepWorld();
    launched.push(task(version('hung', large), { startedAt: NOW - 60 * MINUTE }));
    version('lost');
    const stop = async () => Promise.reject(new Error('AccessDenied'));
    expect(await runSweep({ ...ports, launched: { ...ports.launched, stop } }, never)).toMatchObject({
      end: 'complete',
      overdue: 0,
      problems: 1,
    });
    expect(keysOf(sent.service)).toEqual(['lost']);
  });
});

describe('an outcome that is not on the timeline', () => {
  it('is followed up: dead letter, pointer, timeline', async () => {
    const { version, settle, ports, deadLetters, latest, timeline } = sweepWorld();
    const [good, bad, badLarge] = [version('good'), version('bad'), version('bad large', { size: LIMIT + 1 })];
    settle(good, {}, false);
    settle(bad, { status: 'failed', reason: 'corrupt' }, false);
    const failure = settle(badLarge, { status: 'failed', reason: 'out-of-memory', route: 'task' }, false);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 3, requeued: { service: 0, task: 0 } });
    expect(latest.get('good')?.record.jobId).toBe(good.jobId);
    expect(deadLetters.service.map(({ attributes }) => attributes)).toMatchObject([
      { reason: 'corrupt', jobId: bad.jobId },
    ]);
    expect(deadLetters.task.map(({ attributes }) => attributes)).toMatchObject([
      { reason: 'out-of-memory', failedAt: failure.finishedAt },
    ]);
    expect(parseObjectCreated(deadLetters.service[0]?.body ?? '')).toEqual(bad);
    expect(timeline).toHaveLength(3);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 0 });
    expect(deadLetters.service).toHaveLength(1);
  });

  it('is left to whoever has just written it', async () => {
    const { version, settle, writtenAt, ports, timeline } = sweepWorld();
    const job = version('k');
    settle(job, {}, false);
    writtenAt.set(job.jobId, NOW - GRACE + 1_000);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 0 });
    expect(timeline).toEqual([]);
  });

  it('is found when a redrive replaced an older one', async () => {
    const { version, settle, writtenAt, ports, latest } = sweepWorld();
    const job = version('k');
    settle(job, { status: 'failed', reason: 'corrupt', finishedAt: iso(NOW - 90 * MINUTE) });
    settle(job, { finishedAt: iso(NOW - 30 * MINUTE) }, false);
    writtenAt.set(job.jobId, NOW - 30 * MINUTE);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 1 });
    expect(latest.get('k')?.record.jobId).toBe(job.jobId);
  });

  it('is none when it was merely written late', async () => {
    const { version, settle, writtenAt, ports, deadLetters } = sweepWorld();
    const job = version('k');
    settle(job, { status: 'failed', reason: 'corrupt', finishedAt: iso(NOW - 90 * MINUTE) });
    writtenAt.set(job.jobId, NOW - 30 * MINUTE);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 0 });
    expect(deadLetters.service).toEqual([]);
  });

  it('of a message that named no object only goes on the timeline', async () => {
    const { settle, ports, timeline, deadLetters, outcomes } = sweepWorld();
    const { source: _, ...malformed } = settle(
      jobOf({ bucket: 'b', key: 'k', etag: 'e', size: 0, sequencer: '' }),
      { status: 'failed', reason: 'malformed-message' },
      false,
    );
    outcomes.set(malformed.jobId, malformed);
    expect(await runSweep(ports, never)).toMatchObject({ followedUp: 1 });
    expect([timeline.length, deadLetters.service.length]).toEqual([1, 0]);
  });

  it('does not keep the sweep from the rest when it cannot be read', async () => {
    const { version, settle, ports, timeline } = sweepWorld();
    const [odd, plain] = [version('odd'), version('plain')];
    settle(odd, {}, false);
    settle(plain, {}, false);
    const { read } = ports.outcomes;
    const outcomes = {
      ...ports.outcomes,
      read: async (jobId: typeof odd.jobId) => {
        if (jobId === odd.jobId) throw new Error('of another format');
        return read(jobId);
      },
    };
    expect(await runSweep({ ...ports, outcomes }, never)).toMatchObject({
      end: 'complete',
      followedUp: 1,
      problems: 2,
    });
    expect(timeline.map(({ jobId }) => jobId)).toEqual([plain.jobId]);
  });
});

describe('pointers to the newest version', () => {
  it('are moved when they are missing or behind, past versions that failed', async () => {
    const { version, settle, ports, latest } = sweepWorld();
    settle(version('k', { versionId: 'v3', ageMs: 20 * MINUTE }), { status: 'failed', reason: 'corrupt' });
    const newest = version('k', { versionId: 'v2', ageMs: 30 * MINUTE });
    const older = version('k', { versionId: 'v1', ageMs: 40 * MINUTE });
    settle(newest);
    settle(older);
    const alone = version('l');
    settle(alone);
    const pointer = {
      v: 1 as const,
      key: 'k',
      jobId: older.jobId,
      sequencer: '',
      lastModified: iso(NOW - 40 * MINUTE),
    };
    latest.set('k', { record: pointer, etag: '1' });
    expect((await runSweep(ports, never)).pointers).toEqual({ checked: 2, moved: 2 });
    expect(latest.get('k')?.record.jobId).toBe(newest.jobId);
    expect(latest.get('l')?.record.jobId).toBe(alone.jobId);
    expect((await runSweep(ports, never)).pointers).toEqual({ checked: 2, moved: 0 });
  });

  it('are looked at in rounds of several sweeps, by the bytes of their keys', async () => {
    const keys = ['a', 'b', 'c', '\uffff', '😀'];
    const page = keys.map((key) => ({
      source: { bucket: 'b', key, versionId: 'v', etag: '', size: 1, sequencer: '' },
      lastModified: NOW,
    }));
    const world = sweepWorld();
    const seen: string[] = [];
    const read = async (jobId: string) => {
      seen.push(page.find(({ source }) => jobOf(source).jobId === jobId)?.source.key ?? '');
      return undefined;
    };
    const run = {
      ports: { ...world.ports, outcomes: { ...world.ports.outcomes, read } },
      findings: createFindings(world.ports.logger),
      lease: { keep: async () => undefined },
      signal: never,
    } as never;
    let cursor: string | undefined;
    const cursors = [];
    for (let sweep = 0; sweep < 4; sweep += 1) {
      const round = createPointerRound(cursor, 2);
      round.see(page.slice(0, 3));
      round.see(page.slice(3));
      cursor = await round.check(run);
      cursors.push(cursor);
    }
    expect(cursors).toEqual(['b', '\uffff', undefined, 'b']);
    expect(seen).toEqual(['a', 'b', 'c', '\uffff', '😀', 'a', 'b']);
  });
});

describe('the sweep', () => {
  it('sends what was held back of e-mails that nobody else will send', async () => {
    const { ports, state, alerts } = sweepWorld();
    const tell = (id: string) =>
      ports.desk.tell({ kind: 'job-crash', by: id, about: { id, words: id }, alert: { subject: id, body: '' } });
    for (const id of ['a', 'b', 'c']) await tell(id);
    state.now += 15 * MINUTE;
    expect(await runSweep(ports, never)).toMatchObject({ digests: 1 });
    expect(alerts.map(({ subject }) => subject)).toEqual([
      'a',
      '[Slipway dev] 2 more tasks stopped for the same reason (job-crash)',
    ]);
  });

  it('says when it was stopped half-way, and leaves the turns to the next', async () => {
    const { version, ports, lease } = sweepWorld();
    version('k');
    const report = await runSweep(ports, AbortSignal.abort());
    expect(report).toMatchObject({ end: 'stopped', scanned: 0 });
    expect(lease.stored?.record).toMatchObject({ released: true, progress: {} });
    expect(sweepReportSchema.parse(report)).toEqual(report);
  });

  it('gives the lease back when AWS fails it', async () => {
    const { ports, lease } = sweepWorld();
    const list = async () => Promise.reject(new Error('InternalError'));
    await expect(runSweep({ ...ports, launched: { ...ports.launched, list } }, never)).rejects.toThrow('InternalError');
    expect(lease.stored?.record.released).toBe(true);
  });

  it('takes more outcomes than fit into memory in parts, and misses none', async () => {
    const { version, settle, ports, sent, walks } = sweepWorld();
    for (let index = 0; index < 400; index += 1) settle(version(`done ${index}`));
    for (let index = 0; index < 40; index += 1) version(`lost ${index}`);
    const findings = createFindings(ports.logger);
    const run = {
      ports,
      findings,
      lease: { keep: async () => undefined },
      signal: never,
      startedAt: NOW,
      sinceLastSweepMs: Number.POSITIVE_INFINITY,
      launched: new Map(),
      emptyQueues: new Set(['service', 'task']),
    } as never;
    await compare(run, createPointerRound(undefined), 150);
    expect(walks).toHaveLength(4);
    expect(findings.counts).toMatchObject({ scanned: 440, withOutcome: 400, requeued: { service: 40 } });
    expect(new Set(keysOf(sent.service)).size).toBe(40);
  });
});
