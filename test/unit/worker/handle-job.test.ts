import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../core/attempts.ts';
import { PermanentError, SlipwayError } from '../../../core/errors.ts';
import type { Journal } from '../../../core/outcome.ts';
import { handleDelivery } from '../../../worker/handle-delivery.ts';
import type { JobEnd, JobPorts } from '../../../worker/job-ports.ts';
import { ProcessorError } from '../../../worker/processor-error.ts';
import { draining, leaseLost } from '../../../worker/stop-reason.ts';
import { bodyOf, createWorld, fakePorts, type JobWorld, jobFor, putObject } from '../../support/job-fakes.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const job = jobFor('a b+c%25.jpg');

function setUp(overrides: Partial<JobPorts> = {}) {
  const world = createWorld();
  putObject(world, job);
  return { world, ports: fakePorts(world, overrides) };
}

function deliver(ports: JobPorts, signal = new AbortController().signal, body = bodyOf(job)): Promise<JobEnd> {
  return handleDelivery(ports, { body, signal });
}

const outcomeIn = (world: JobWorld) => world.outcomes.get(job.jobId);
const attemptsIn = (world: JobWorld) => world.journals.get(job.jobId)?.record.attempts ?? [];

function failOnce(world: JobWorld, name: string, error: Error = new Error('SlowDown')): void {
  let failed = false;
  world.fault = (call) => {
    if (call !== name || failed) return;
    failed = true;
    throw error;
  };
}

function journalOf(attempts: Partial<Attempt>[]): Journal {
  const whole = attempts.map((rest, index) => ({
    id: `old-${index}`,
    taskArn: 'arn:task/dead',
    startedAt: '2026-03-01T10:00:00.000Z',
    alone: false,
    ...rest,
  }));
  return { v: 1, jobId: job.jobId, attempts: whole };
}

describe('a good object', () => {
  it('ends complete, with its outputs, a pointer, a place in time and a closed attempt', async () => {
    const { world, ports } = setUp();
    const end = await deliver(ports);
    expect(end).toMatchObject({ kind: 'settled', outcome: { status: 'complete', attempts: 1, processor: 'fake' } });
    expect(outcomeIn(world)?.outputs).toHaveLength(1);
    expect(world.latest.get(job.source.key)?.record).toMatchObject({ jobId: job.jobId, sequencer: '01' });
    expect(world.timeline).toHaveLength(1);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'complete', taskArn: 'arn:task/1', alone: false }]);
    expect(world.deadLetters).toEqual([]);
  });

  it('is committed after its outputs are stored, and the attempt is closed last', async () => {
    const { world, ports } = setUp();
    await deliver(ports);
    const at = (name: string) => world.calls.indexOf(name);
    expect(at('journal.write')).toBeLessThan(at('objects.download'));
    expect(at('outputs.store')).toBeLessThan(at('outcomes.commit'));
    expect(at('outcomes.commit')).toBeLessThan(at('latest.write'));
    expect(world.calls.at(-1)).toBe('journal.write');
  });

  it('is worked on once: a second delivery finds the outcome', async () => {
    const { world, ports } = setUp();
    await deliver(ports);
    expect(await deliver(ports)).toMatchObject({ kind: 'settled' });
    expect(world.calls.filter((call) => call === 'processors.run')).toHaveLength(1);
    expect(attemptsIn(world)).toHaveLength(1);
  });

  it('has one outcome when two workers work at once', async () => {
    const { world, ports } = setUp();
    const barrier = Promise.withResolvers<void>();
    let inside = 0;
    const process = world.process;
    world.process = async (order) => {
      inside += 1;
      if (inside === 2) barrier.resolve();
      await barrier.promise;
      return process(order);
    };
    const other = fakePorts(world, { taskArn: 'arn:task/2' });
    world.tasks.set('arn:task/1', { stopped: false }).set('arn:task/2', { stopped: false });
    const ends = await Promise.all([deliver(ports), deliver(other)]);
    expect(new Set(ends.map((end) => (end.kind === 'settled' ? end.outcome.taskArn : end.kind))).size).toBe(1);
    expect(attemptsIn(world).map(({ closed }) => closed)).toEqual(['complete', 'complete']);
  });

  it.each(['latest.write', 'timeline.add', 'latest.read'])(
    'has what follows repaired when a worker fails at %s',
    async (call) => {
      const { world, ports } = setUp();
      failOnce(world, call);
      expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
      expect(outcomeIn(world)?.status).toBe('complete');
      expect(await deliver(ports)).toMatchObject({ kind: 'settled' });
      expect(world.latest.get(job.source.key)?.record.jobId).toBe(job.jobId);
      expect(world.timeline.length).toBeGreaterThan(0);
    },
  );

  it('is settled even when its attempt cannot be closed', async () => {
    const { world, ports } = setUp();
    let writes = 0;
    world.fault = (call) => {
      if (call === 'journal.write' && ++writes > 1) throw new Error('SlowDown');
    };
    expect(await deliver(ports)).toMatchObject({ kind: 'settled' });
  });

  it('has its attempt closed later, when that works again', async () => {
    const clock = virtualClock();
    const { world, ports } = setUp({ clock });
    let writes = 0;
    world.fault = (call) => {
      if (call !== 'journal.write') return;
      writes += 1;
      if (writes === 2 || writes === 3) throw new Error('SlowDown');
    };
    await deliver(ports);
    await clock.advance(5_000);
    expect(attemptsIn(world)[0]?.closed).toBeUndefined();
    await clock.advance(10_000);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'complete' }]);
  });

  it.each([
    ['older than the pointer', '00', 'ff'],
    ['newer than the pointer', 'fff', '00'],
  ])('moves the pointer only forward (%s)', async (_, own, other) => {
    const { world, ports } = setUp();
    const newer = jobFor('k', { versionId: 'v2', sequencer: other });
    const older = jobFor('k', { versionId: 'v1', sequencer: own });
    for (const each of [newer, older]) {
      putObject(world, each);
      await deliver(ports, undefined, bodyOf(each));
    }
    const winner = own === 'fff' ? older : newer;
    expect(world.latest.get('k')?.record.jobId).toBe(winner.jobId);
  });

  it('that the sweep found is ordered by its date', async () => {
    const { world, ports } = setUp();
    const late = jobFor('k', { versionId: 'v2', sequencer: '' });
    const early = jobFor('k', { versionId: 'v1', sequencer: 'ff' });
    putObject(world, late, 'abc', '2026-03-01T11:00:05.000Z');
    putObject(world, early, 'abc', '2026-03-01T11:00:00.000Z');
    for (const each of [late, early]) await deliver(ports, undefined, bodyOf(each));
    expect(world.latest.get('k')?.record.jobId).toBe(late.jobId);
  });
});

describe('two versions of one second, of which the sweep found one', () => {
  it.each([
    ['the newer', '', 'ff'],
    ['the older', 'ff', ''],
  ])('are ordered as S3 lists them (%s)', async (_, newerSequencer, olderSequencer) => {
    const { world, ports } = setUp();
    const older = jobFor('k', { versionId: 'v1', sequencer: olderSequencer });
    const newer = jobFor('k', { versionId: 'v2', sequencer: newerSequencer });
    for (const each of [older, newer]) putObject(world, each);
    for (const each of [newer, older, newer]) await deliver(ports, undefined, bodyOf(each));
    expect(world.latest.get('k')?.record.jobId).toBe(newer.jobId);
    world.latest.clear();
    world.outcomes.clear();
    for (const each of [older, newer]) await deliver(ports, undefined, bodyOf(each));
    expect(world.latest.get('k')?.record.jobId).toBe(newer.jobId);
  });
});

describe('an object that cannot be processed', () => {
  it('ends failed with the processor’s reason and a copy of its message', async () => {
    const { world, ports } = setUp();
    world.process = async () => {
      throw new PermanentError('corrupt', 'cut off');
    };
    await deliver(ports);
    expect(outcomeIn(world)).toMatchObject({ status: 'failed', reason: 'corrupt', message: 'cut off', outputs: [] });
    const attributes = { reason: 'corrupt', jobId: job.jobId, attempts: '1', failedAt: outcomeIn(world)?.finishedAt };
    expect(world.deadLetters).toEqual([{ body: bodyOf(job), attributes }]);
    expect(world.latest.size).toBe(0);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'failed' }]);
  });

  it('ends failed when it is empty', async () => {
    const { world, ports } = setUp();
    putObject(world, job, '');
    await deliver(ports);
    expect(outcomeIn(world)).toMatchObject({ status: 'failed', reason: 'zero-bytes' });
    expect(world.calls).not.toContain('processors.run');
  });

  it('gets its copy in the dead-letter queue although the first worker died before', async () => {
    const { world, ports } = setUp();
    putObject(world, job, '');
    failOnce(world, 'deadLetters.send');
    await deliver(ports);
    expect(world.deadLetters).toHaveLength(0);
    await deliver(ports);
    expect(world.deadLetters).toHaveLength(1);
  });

  it('ends gone, without a copy, when it was deleted', async () => {
    const { world, ports } = setUp();
    world.objects.clear();
    await deliver(ports);
    expect(outcomeIn(world)?.status).toBe('gone');
    expect(world.deadLetters).toEqual([]);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'gone' }]);
  });
});

describe('a message that is no job', () => {
  it.each([
    ['no JSON', '{not json'],
    ['another shape', '{"hello":1}'],
    ['S3’s test event', '{"Service":"Amazon S3","Event":"s3:TestEvent"}'],
    ['an event of another bucket', bodyOf({ ...job, source: { ...job.source, bucket: 'results' } })],
    ['an attack on prototypes', '{"__proto__":{"detail":1}}'],
  ])('is set aside with a reason: %s', async (_, body) => {
    const { world, ports } = setUp();
    const end = await deliver(ports, undefined, body);
    expect(end).toMatchObject({ kind: 'settled', outcome: { status: 'failed', reason: 'malformed-message' } });
    expect(world.deadLetters).toMatchObject([{ body, attributes: { reason: 'malformed-message' } }]);
    expect(world.calls).not.toContain('objects.download');
  });

  it('is dropped when it is of a folder marker', async () => {
    const { world, ports } = setUp();
    expect(await deliver(ports, undefined, bodyOf(jobFor('folder/')))).toEqual({ kind: 'not-a-job' });
    expect(world.outcomes.size).toBe(0);
  });
});

describe('the first delivery of a message', () => {
  const first = (ports: JobPorts) =>
    handleDelivery(ports, { body: bodyOf(job), signal: new AbortController().signal, isFirst: true });

  it('reads no record but the pointer: nine requests to S3, two outputs included, bring a picture to its outcome', async () => {
    const { world, ports } = setUp();
    expect(await first(ports)).toMatchObject({ kind: 'settled', outcome: { status: 'complete', attempts: 1 } });
    expect(world.calls.filter((call) => !/^(processors|scratch)/.test(call))).toEqual([
      'journal.write',
      'objects.download',
      'outputs.store',
      'outcomes.commit',
      'latest.read',
      'latest.write',
      'timeline.add',
      'journal.write',
    ]);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'complete' }]);
  });

  it('finds what another message of the same job has come to', async () => {
    const { world, ports } = setUp();
    await first(ports);
    expect(await first(ports)).toMatchObject({ kind: 'settled' });
    expect(world.calls.filter((call) => call === 'processors.run')).toHaveLength(1);
    expect(attemptsIn(world)).toHaveLength(1);
  });

  it('does not trust itself when an attempt was written down before', async () => {
    const { world, ports } = setUp();
    world.journals.set(job.jobId, { record: journalOf([{}]), etag: '1' });
    world.tasks.set('arn:task/dead', { stopped: true, outOfMemory: true });
    expect(await first(ports)).toMatchObject({ kind: 'settled', outcome: { attempts: 2 } });
    expect(attemptsIn(world).at(-1)?.alone).toBe(true);
  });

  it('leaves no second attempt behind when its own write looked refused', async () => {
    const { world, ports } = setUp();
    const { write } = ports.journal;
    let writes = 0;
    const journal: JobPorts['journal'] = {
      ...ports.journal,
      async write(record, etag) {
        const written = await write(record, etag);
        writes += 1;
        return writes === 1 ? undefined : written;
      },
    };
    expect(await first({ ...ports, journal })).toMatchObject({ kind: 'settled', outcome: { attempts: 1 } });
    expect(attemptsIn(world)).toMatchObject([{ closed: 'complete' }]);
  });

  it('closes its attempt beside one that another worker has written down meanwhile', async () => {
    const { world, ports } = setUp();
    world.process = async ({ directory }) => {
      const stored = world.journals.get(job.jobId);
      if (stored === undefined) throw new Error('The attempt has to be there.');
      const attempts = [...stored.record.attempts, ...journalOf([{ id: 'other', taskArn: 'arn:task/2' }]).attempts];
      world.journals.set(job.jobId, { record: { ...stored.record, attempts }, etag: '9' });
      return { processor: 'fake', outputs: [], metadata: { directory } };
    };
    await first(ports);
    expect(attemptsIn(world).map(({ id, closed }) => [id, closed])).toEqual([
      ['arn:task/1#1', 'complete'],
      ['other', undefined],
    ]);
  });
});

describe('a fault', () => {
  it.each(['outcomes.read', 'journal.read', 'journal.write', 'objects.download', 'outputs.store', 'outcomes.commit'])(
    'of %s puts the job back and costs it no attempt',
    async (call) => {
      const { world, ports } = setUp();
      failOnce(world, call);
      expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
      expect(outcomeIn(world)).toBeUndefined();
      expect(attemptsIn(world).filter(({ closed }) => closed === 'error')).toEqual([]);
      expect(await deliver(ports)).toMatchObject({ kind: 'settled', outcome: { status: 'complete' } });
    },
  );

  it('of the processor counts, and the last one that a job may have ends it', async () => {
    const { world, ports } = setUp();
    world.process = async () => {
      throw new ProcessorError('processor-failed', 'no luck');
    };
    expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
    expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
    expect(attemptsIn(world)).toMatchObject([
      { closed: 'error' },
      { closed: 'error', error: 'processor-failed: no luck' },
    ]);
    expect(await deliver(ports)).toMatchObject({ kind: 'settled' });
    expect(outcomeIn(world)).toMatchObject({ status: 'failed', reason: 'attempts-exhausted', attempts: 3 });
    expect(outcomeIn(world)?.message).toContain('no luck');
    expect(world.deadLetters).toHaveLength(1);
  });

  it('of the rights to the object counts and keeps its name', async () => {
    const { world, ports } = setUp();
    world.fault = (call) => {
      if (call === 'objects.download') throw new SlipwayError('access-denied', 'no', { retryable: true });
    };
    for (let delivery = 0; delivery < 3; delivery += 1) await deliver(ports);
    expect(outcomeIn(world)).toMatchObject({ reason: 'access-denied' });
  });

  it('of memory ends the job the second time', async () => {
    const { world, ports } = setUp();
    world.process = async () => {
      throw new ProcessorError('out-of-memory', 'too much');
    };
    await deliver(ports);
    await deliver(ports);
    expect(outcomeIn(world)).toMatchObject({ reason: 'out-of-memory' });
  });

  it('of somebody who killed the processor does not count, unless the job was alone', async () => {
    const { world, ports } = setUp();
    world.process = async () => {
      throw new ProcessorError('processor-killed', 'killed');
    };
    for (let delivery = 0; delivery < 3; delivery += 1) await deliver(ports);
    expect(attemptsIn(world).map(({ alone, closed }) => [alone, closed])).toEqual([
      [false, 'released'],
      [true, 'error'],
      [true, 'error'],
    ]);
    expect(outcomeIn(world)).toMatchObject({ reason: 'out-of-memory' });
  });

  it('leaves no scratch directory behind', async () => {
    const { world, ports } = setUp();
    failOnce(world, 'processors.run');
    await deliver(ports);
    expect(world.calls).toContain('scratch.remove');
  });
});

describe('a job whose worker died', () => {
  const crashed = { stopped: true, exitCode: 137, stopCode: 'EssentialContainerExited', outOfMemory: true };

  it('runs alone, and waits for the others to finish', async () => {
    const { world, ports } = setUp();
    world.journals.set(job.jobId, { record: journalOf([{}]), etag: '1' });
    const leave = await ports.gate.enter(false, new AbortController().signal);
    const end = deliver(ports);
    await until(() => ports.gate.closed);
    expect(world.calls).not.toContain('objects.download');
    leave();
    expect(await end).toMatchObject({ kind: 'settled', outcome: { status: 'complete', attempts: 2 } });
    expect(attemptsIn(world)[1]).toMatchObject({ alone: true, closed: 'complete' });
    expect(ports.gate.closed).toBe(false);
  });

  it('is quarantined after two memory kills alone, without a third start', async () => {
    const { world, ports } = setUp();
    for (const name of ['dead', 'dead-too']) world.tasks.set(`arn:task/${name}`, crashed);
    const attempts = [{}, { alone: true }, { alone: true, taskArn: 'arn:task/dead-too' }];
    world.journals.set(job.jobId, { record: journalOf(attempts), etag: '1' });
    await deliver(ports);
    expect(outcomeIn(world)).toMatchObject({ status: 'failed', reason: 'killed-worker', attempts: 3 });
    expect(world.calls).not.toContain('objects.download');
    expect(world.deadLetters).toHaveLength(1);
  });

  it('is not judged while ECS does not answer', async () => {
    const { world, ports } = setUp();
    world.journals.set(job.jobId, { record: journalOf([{}]), etag: '1' });
    failOnce(world, 'tasks.describe');
    expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
    expect(attemptsIn(world)).toHaveLength(1);
  });

  it('is left to the handler of stops when it has a task of its own', async () => {
    const { world, ports } = setUp({ route: 'task' });
    world.tasks.set('arn:task/dead', crashed);
    world.journals.set(job.jobId, { record: journalOf([{ alone: true }, { alone: true }]), etag: '1' });
    expect(await deliver(ports)).toMatchObject({ kind: 'settled', outcome: { status: 'complete', route: 'task' } });
    expect(world.calls).not.toContain('tasks.describe');
  });
});

describe('the journal', () => {
  it('keeps both attempts when two workers write at once', async () => {
    const { world, ports } = setUp();
    let meddled = false;
    world.fault = (call) => {
      if (call !== 'journal.write' || meddled) return;
      meddled = true;
      const other = { ...journalOf([{ taskArn: 'arn:task/1', id: 'other' }]) };
      world.journals.set(job.jobId, { record: other, etag: '7' });
    };
    await deliver(ports);
    expect(attemptsIn(world).map(({ id, closed }) => [id, closed])).toEqual([
      ['other', undefined],
      ['arn:task/1#1', 'complete'],
    ]);
  });

  it('takes its own write for done when the answer was lost', async () => {
    const { world, ports } = setUp();
    const { write } = ports.journal;
    let first = true;
    const lossy: JobPorts = {
      ...ports,
      journal: {
        ...ports.journal,
        async write(journal, etag) {
          const written = await write(journal, etag);
          if (!first) return written;
          first = false;
          return undefined;
        },
      },
    };
    await deliver(lossy);
    expect(attemptsIn(world)).toMatchObject([{ id: 'arn:task/1#1', closed: 'complete' }]);
  });

  it.each([
    ['alone: nobody else runs before it is closed', true],
    ['beside others: they go on', false],
  ])('is closed late after an attempt that ran %s', async (_, alone) => {
    const clock = virtualClock();
    const { world, ports } = setUp({ clock });
    if (alone) world.journals.set(job.jobId, { record: journalOf([{}]), etag: '1' });
    world.fault = (call) => {
      const isOver = world.timeline.length > 0 && clock.now() < started + 10_000;
      if (call === 'journal.write' && isOver) throw new Error('SlowDown');
    };
    const started = clock.now();
    expect(await deliver(ports)).toMatchObject({ kind: 'settled' });
    await clock.advance(10_000);
    expect([attemptsIn(world).at(-1)?.closed, ports.gate.closed]).toEqual([undefined, alone]);
    await clock.advance(10_000);
    expect([attemptsIn(world).at(-1)?.closed, ports.gate.closed]).toEqual(['complete', false]);
  });

  it('leaves no attempt open whose outcome could not be recorded', async () => {
    const { world, ports } = setUp();
    world.objects.clear();
    failOnce(world, 'outcomes.commit');
    expect(await deliver(ports)).toMatchObject({ kind: 'retry' });
    expect(attemptsIn(world)).toMatchObject([{ closed: 'released', error: expect.stringContaining('SlowDown') }]);
    expect(await deliver(ports)).toMatchObject({ kind: 'settled', outcome: { status: 'gone' } });
  });

  it('leaves no attempt open that was written down without an answer and never began', async () => {
    const { world, ports } = setUp();
    const { write } = ports.journal;
    let first = true;
    const journal: JobPorts['journal'] = {
      ...ports.journal,
      async write(record, etag) {
        const written = await write(record, etag);
        if (!first) return written;
        first = false;
        throw new Error('TimeoutError');
      },
    };
    expect(await deliver({ ...ports, journal })).toMatchObject({ kind: 'retry', error: { message: 'TimeoutError' } });
    expect(attemptsIn(world)).toMatchObject([{ id: 'arn:task/1#1', closed: 'released' }]);
    expect(world.calls).not.toContain('objects.download');
  });

  it('gives up for now when it changes all the time', async () => {
    const { world, ports } = setUp();
    const journal = { ...ports.journal, write: async () => undefined };
    expect(await deliver({ ...ports, journal })).toMatchObject({ kind: 'retry', error: { code: 'journal-contended' } });
    expect(world.calls).not.toContain('objects.download');
    expect(ports.gate.closed).toBe(false);
  });
});

describe('stopping', () => {
  it.each([
    ['the lease is lost', leaseLost],
    ['the task ends', draining],
  ])('gives the attempt back when %s', async (_, reason) => {
    const { world, ports } = setUp();
    const abort = new AbortController();
    world.process = (order) =>
      new Promise((_resolve, reject) => order.signal.addEventListener('abort', () => reject(order.signal.reason)));
    const end = deliver(ports, abort.signal);
    await until(() => world.calls.includes('processors.run'));
    abort.abort(reason());
    expect(await end).toMatchObject({ kind: 'stopped', reason: { code: reason().code } });
    expect(attemptsIn(world)).toMatchObject([{ closed: 'released' }]);
    expect(outcomeIn(world)).toBeUndefined();
  });

  it('leaves no attempt behind when the job still waited for its turn', async () => {
    const { world, ports } = setUp();
    world.journals.set(job.jobId, { record: journalOf([{}]), etag: '1' });
    await ports.gate.enter(false, new AbortController().signal);
    const abort = new AbortController();
    const end = deliver(ports, abort.signal);
    await until(() => ports.gate.closed);
    abort.abort(draining());
    expect(await end).toMatchObject({ kind: 'stopped' });
    expect(attemptsIn(world)).toHaveLength(1);
    expect(ports.gate.closed).toBe(false);
  });
});
