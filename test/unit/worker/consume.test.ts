import { describe, expect, it } from 'vitest';
import { createConsumer } from '../../../worker/consume.ts';
import type { JobDelivery, JobEnd } from '../../../worker/job-ports.ts';
import { createSoloGate } from '../../../worker/solo-gate.ts';
import { fakeQueue } from '../../support/fake-queue.ts';
import { settlePromises, virtualClock } from '../../support/virtual-clock.ts';

const VISIBILITY_SECONDS = 120;
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const gone: JobEnd = { kind: 'not-a-job' };

/** A consumer whose jobs end when the test says so. */
function setUp({ slots = 4, fault = (_call: string): void => undefined } = {}) {
  const clock = virtualClock();
  const queue = fakeQueue(clock);
  queue.fault = fault;
  const jobs = new Map<string, { end(how: JobEnd): void; signal: AbortSignal }>();
  const started: string[] = [];
  const edges: string[] = [];
  const gate = createSoloGate();
  const ecs = { refuses: false, granted: Promise.resolve() };
  const consumer = createConsumer({
    queue,
    handle: ({ body, signal }: JobDelivery) =>
      new Promise<JobEnd>((resolve) => {
        started.push(body);
        jobs.set(body, { end: resolve, signal });
        signal.addEventListener('abort', () => resolve({ kind: 'stopped', reason: signal.reason }));
      }),
    gate,
    protector: {
      busy: async () => {
        edges.push('busy');
        return !ecs.refuses;
      },
      idle: () => edges.push('idle'),
      get closed() {
        return ecs.refuses;
      },
      opened: () => ecs.granted,
    },
    clock,
    random: () => 0.5,
    logger,
    slots,
    visibilitySeconds: VISIBILITY_SECONDS,
  });
  let over = false;
  const running = consumer.run().then(() => {
    over = true;
  });
  async function end(body: string, how: JobEnd = gone) {
    jobs.get(body)?.end(how);
    await settlePromises();
  }
  return { clock, queue, jobs, started, edges, gate, ecs, consumer, running, end, isOver: () => over };
}

describe('receiving', () => {
  it('asks for as many messages as there are free slots', async () => {
    const { queue, started, clock } = setUp({ slots: 4 });
    queue.send('1', '2', '3', '4', '5', '6');
    await clock.advance(100);
    expect(queue.calls[0]).toBe('receive 4');
    expect(started).toEqual(['1', '2', '3', '4']);
  });

  it('refills one slot while the others go on', async () => {
    const { queue, started, clock, end } = setUp({ slots: 2 });
    queue.send('1', '2', '3');
    await clock.advance(100);
    await end('2');
    await clock.advance(100);
    expect(started).toEqual(['1', '2', '3']);
    expect(queue.calls).toContain('receive 1');
  });

  it('keeps several receives open for many slots, never more than ten messages each', async () => {
    const { queue, clock } = setUp({ slots: 25 });
    await clock.advance(100);
    expect(queue.calls).toEqual(['receive 10', 'receive 10', 'receive 5']);
  });

  it('never holds more messages than it has slots', async () => {
    const { queue, started, clock } = setUp({ slots: 3 });
    queue.send('1');
    await clock.advance(10);
    queue.send('2', '3', '4', '5');
    await clock.advance(20_000);
    expect(started).toHaveLength(3);
    expect(queue.messages.filter(({ receives }) => receives > 0)).toHaveLength(3);
  });

  it('takes on nothing while a job has to be alone', async () => {
    const { queue, started, clock, gate, end } = setUp({ slots: 2 });
    queue.send('1', '2');
    await clock.advance(10);
    const leave = await gate.enter(true, new AbortController().signal);
    queue.send('3');
    await end('1');
    await clock.advance(30_000);
    expect(started).toEqual(['1', '2']);
    leave();
    await end('2');
    await clock.advance(10);
    expect(started).toContain('3');
  });

  it('goes on when nobody is alone any more, though no job has ended', async () => {
    const { queue, started, clock, gate } = setUp();
    const leave = await gate.enter(true, new AbortController().signal);
    // The receive that is open when the gate closes is sat out.
    await clock.advance(30_000);
    queue.send('1', '2');
    await clock.advance(30_000);
    const before = started.length;
    leave();
    await clock.advance(10);
    expect([before, started]).toEqual([0, ['1', '2']]);
  });

  it('waits longer after every failure and then goes on', async () => {
    let failures = 0;
    const fault = (call: string) => {
      if (!call.startsWith('receive') || failures >= 3) return;
      failures += 1;
      throw new Error('Throttled');
    };
    const { queue, started, clock } = setUp({ slots: 1, fault });
    queue.send('1');
    await clock.advance(1_000);
    expect(failures).toBe(1);
    await clock.advance(30_000);
    expect(started).toEqual(['1']);
  });
});

describe('jobs of a moment', () => {
  /** A consumer that has learnt that jobs take 20 ms, at which two slots begin twenty in a fifth of a second. */
  async function setUpShort() {
    const system = setUp({ slots: 2 });
    for (let job = 0; job < 10; job += 1) {
      system.queue.send(`first ${job}`);
      await system.clock.advance(20);
      await system.end(`first ${job}`);
    }
    system.queue.calls.length = 0;
    return system;
  }

  it('are received ahead, in whole batches, and worked on in their order', async () => {
    const { queue, started, clock, end } = await setUpShort();
    queue.send(...Array.from({ length: 30 }, (_, index) => `${index}`));
    await clock.advance(0);
    expect(started.slice(10)).toEqual(['0', '1']);
    expect(queue.messages.filter(({ body, receives }) => !body.startsWith('first') && receives > 0)).toHaveLength(20);
    await end('0');
    await end('1');
    expect(started.slice(10)).toEqual(['0', '1', '2', '3']);
    expect(queue.calls.filter((call) => call.startsWith('receive')).every((call) => call === 'receive 10')).toBe(true);
  });

  it('keep their leases while they wait, and go to others when a slot is not free soon', async () => {
    const { queue, started, clock } = await setUpShort();
    queue.send('0', '1', '2', '3');
    await clock.advance(900);
    expect(queue.messages.filter(({ visibleAt }) => visibleAt > clock.now())).toHaveLength(4);
    await clock.advance(200);
    expect(started.slice(10)).toEqual(['0', '1']);
    expect(queue.calls.filter((call) => call === 'visibility 0')).toHaveLength(2);
  });

  it('are given back by a worker that drains', async () => {
    const { queue, clock, consumer, end, isOver } = await setUpShort();
    queue.send('0', '1', '2', '3');
    await clock.advance(0);
    consumer.drain(105_000);
    await clock.advance(1_500);
    expect(queue.messages.filter(({ visibleAt }) => visibleAt <= clock.now()).map(({ body }) => body)).toEqual([
      '2',
      '3',
    ]);
    await end('0');
    await end('1');
    await clock.advance(100);
    expect(isOver()).toBe(true);
    expect(queue.messages.map(({ body }) => body)).toEqual(['2', '3']);
  });

  it('are given back when a job has to be alone', async () => {
    const { queue, clock, gate, end } = await setUpShort();
    queue.send('0', '1', '2', '3');
    await clock.advance(0);
    await gate.enter(true, new AbortController().signal);
    await end('0');
    expect(queue.calls.filter((call) => call === 'visibility 0')).toHaveLength(2);
  });
});

describe('a queue without messages', () => {
  it('is asked by one receive at a time, and by several again once it has some', async () => {
    const { queue, clock } = setUp({ slots: 25 });
    await clock.advance(2_500);
    expect(queue.calls.slice(3)).toEqual(['receive 10', 'receive 10']);
    queue.send('1');
    await clock.advance(0);
    expect(queue.calls.slice(5)).toEqual(['receive 10', 'receive 10', 'receive 4']);
  });
});

describe('a job’s end', () => {
  it('deletes settled messages in batches, without holding up the slot', async () => {
    const { queue, clock, end } = setUp({ slots: 10 });
    const bodies = Array.from({ length: 10 }, (_, index) => String(index));
    queue.send(...bodies);
    await clock.advance(10);
    for (const body of bodies) await end(body);
    expect(queue.calls).toContain('delete 10');
    expect(queue.messages).toHaveLength(0);
  });

  it('deletes a single message soon', async () => {
    const { queue, clock, end } = setUp();
    queue.send('1');
    await clock.advance(10);
    await end('1');
    expect(queue.messages).toHaveLength(1);
    await clock.advance(60);
    expect(queue.messages).toHaveLength(0);
  });

  it('waits for a full batch where ten end within a moment', async () => {
    const { queue, clock, end } = setUp({ slots: 40 });
    const bodies = Array.from({ length: 40 }, (_, index) => String(index));
    queue.send(...bodies);
    await clock.advance(10);
    for (const body of bodies) {
      await end(body);
      await clock.advance(20);
    }
    await clock.advance(250);
    const deletes = queue.calls.filter((call) => call.startsWith('delete'));
    expect(deletes.slice(-3, -1)).toEqual(['delete 10', 'delete 10']);
    expect(queue.messages).toHaveLength(0);
  });

  it('puts a message back with growing, jittered waits after an error', async () => {
    const { queue, clock, end } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(10);
    await end('1', { kind: 'retry', error: new Error('x') });
    expect(queue.calls).toContain('visibility 3');
    await clock.advance(3_000);
    await end('1', { kind: 'retry', error: new Error('x') });
    expect(queue.calls).toContain('visibility 6');
    expect(queue.messages).toHaveLength(1);
  });

  it('tries a delete again that failed', async () => {
    const { queue, clock, end } = setUp({ slots: 1 });
    let failed = 0;
    queue.fault = (call) => {
      if (call.startsWith('delete') && failed++ < 2) throw new Error('Throttled');
    };
    queue.send('1');
    await clock.advance(10);
    await end('1');
    await clock.advance(10_000);
    expect(queue.messages).toHaveLength(0);
  });

  it('survives a handler that rejects', async () => {
    const clock = virtualClock();
    const queue = fakeQueue(clock);
    const consumer = createConsumer({
      queue,
      handle: () => Promise.reject(new Error('bug')),
      gate: createSoloGate(),
      protector: { busy: async () => true, idle: () => undefined, closed: false, opened: async () => undefined },
      clock,
      random: () => 0,
      logger,
      slots: 1,
      visibilitySeconds: VISIBILITY_SECONDS,
    });
    void consumer.run();
    queue.send('1');
    await clock.advance(100);
    expect(queue.calls).toContain('visibility 1');
  });
});

describe('the lease', () => {
  it('is renewed at every third of it while the job runs', async () => {
    const { queue, clock } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(599_000);
    expect(queue.calls.filter((call) => call === 'visibility 120')).toHaveLength(14);
    expect(queue.messages[0]?.receives).toBe(1);
  });

  it('is not renewed any more once the job has ended', async () => {
    const { queue, clock, end } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(10);
    await end('1');
    await clock.advance(5 * 60_000);
    expect(queue.calls.filter((call) => call.startsWith('visibility'))).toEqual([]);
  });

  it('is awaited before the delete: no renewal can bring a deleted message’s handle back', async () => {
    const { queue, clock, end } = setUp({ slots: 1 });
    const renewal = Promise.withResolvers<void>();
    queue.fault = (call) => (call === 'visibility 120' ? renewal.promise : undefined);
    queue.send('1');
    await clock.advance(40_000);
    await end('1');
    await clock.advance(1_000);
    expect(queue.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    renewal.resolve();
    await clock.advance(1_000);
    expect(queue.messages).toHaveLength(0);
  });

  it('aborts the work when it is lost, and leaves the message to its new owner', async () => {
    const { queue, clock, jobs } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(10);
    queue.fault = () => undefined;
    (queue.messages[0] as { handle?: string }).handle = 'of somebody else';
    await clock.advance(40_000);
    expect(jobs.get('1')?.signal.reason).toMatchObject({ code: 'lease-lost' });
    expect(queue.calls).not.toContain('visibility 0');
    expect(queue.calls.some((call) => call.startsWith('delete'))).toBe(false);
  });

  it('survives renewals that fail', async () => {
    const { queue, clock, jobs } = setUp({ slots: 1 });
    let failures = 0;
    queue.fault = (call) => {
      if (call === 'visibility 120' && failures++ < 2) throw new Error('Throttled');
    };
    queue.send('1');
    await clock.advance(10 * 60_000);
    expect(jobs.get('1')?.signal.aborted).toBe(false);
    expect(queue.messages[0]?.receives).toBe(1);
  });
});

describe('draining', () => {
  it('ends at once when nothing is held and no receive is open', async () => {
    const { consumer, clock, isOver } = setUp({ slots: 1 });
    await clock.advance(10);
    consumer.drain(105_000);
    await clock.advance(5_000);
    expect(isOver()).toBe(true);
  });

  it('never aborts an open receive, and releases what it brings', async () => {
    const { consumer, clock, queue, started, isOver } = setUp({ slots: 2 });
    await clock.advance(1_000);
    consumer.drain(105_000);
    await clock.advance(500);
    expect(isOver()).toBe(false);
    queue.send('late');
    await clock.advance(100);
    expect(started).toEqual([]);
    expect(queue.calls).toContain('visibility 0');
    expect(queue.messages[0]?.visibleAt).toBeLessThanOrEqual(clock.now());
    expect(isOver()).toBe(true);
  });

  it('lets what runs come to its end, and deletes it before it is over', async () => {
    const { consumer, clock, queue, end, isOver } = setUp({ slots: 1 });
    queue.send('1', '2');
    await clock.advance(10);
    consumer.drain(105_000);
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    await end('1');
    await clock.advance(100);
    expect(isOver()).toBe(true);
    expect(queue.messages.map(({ body }) => body)).toEqual(['2']);
    expect(queue.messages[0]?.receives).toBe(0);
  });

  it('is not over before the last delete is answered', async () => {
    const { consumer, clock, queue, end, isOver } = setUp({ slots: 1 });
    const answer = Promise.withResolvers<void>();
    queue.fault = (call) => (call.startsWith('delete') ? answer.promise : undefined);
    queue.send('1');
    await clock.advance(10);
    consumer.drain(105_000);
    await end('1');
    await clock.advance(1_000);
    expect(isOver()).toBe(false);
    answer.resolve();
    await clock.advance(10);
    expect(isOver()).toBe(true);
  });

  it('gives back what is not done when its time is up', async () => {
    const { consumer, clock, queue, jobs, isOver } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(10);
    consumer.drain(105_000);
    await clock.advance(104_000);
    expect(isOver()).toBe(false);
    await clock.advance(2_000);
    expect(jobs.get('1')?.signal.reason).toMatchObject({ code: 'draining' });
    expect(queue.messages[0]?.visibleAt).toBeLessThanOrEqual(clock.now());
    expect(isOver()).toBe(true);
  });

  it('keeps the leases of what runs', async () => {
    const { consumer, clock, queue } = setUp({ slots: 1 });
    queue.send('1');
    await clock.advance(10);
    consumer.drain(105_000);
    await clock.advance(100_000);
    expect(queue.calls.filter((call) => call === 'visibility 120')).toHaveLength(2);
  });
});

describe('protection', () => {
  it('follows the edges between idle and busy', async () => {
    const { queue, clock, edges, end } = setUp({ slots: 2 });
    queue.send('1', '2');
    await clock.advance(10);
    await end('1');
    expect(edges).toEqual(['busy', 'busy']);
    await end('2');
    expect(edges).toEqual(['busy', 'busy', 'idle']);
  });

  it('is waited for before a job starts; a refusal gives the message to others and stops the polling', async () => {
    const { queue, clock, started, ecs } = setUp({ slots: 2 });
    const granted = Promise.withResolvers<void>();
    Object.assign(ecs, { refuses: true, granted: granted.promise });
    const asked = () => queue.calls.filter((call) => call.startsWith('receive')).length;
    queue.send('1');
    await clock.advance(60_000);
    expect(started).toEqual([]);
    expect(queue.calls).toContain('visibility 0');
    expect(asked()).toBe(1);
    ecs.refuses = false;
    granted.resolve();
    await clock.advance(10);
    expect(started).toEqual(['1']);
  });
});
