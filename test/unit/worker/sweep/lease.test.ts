import { describe, expect, it } from 'vitest';
import { type HeldLease, takeLease } from '../../../../worker/sweep/lease.ts';
import { runSweep } from '../../../../worker/sweep/run-sweep.ts';
import { MINUTE, SELF, sweepWorld } from '../../../support/sweep-world.ts';

const OTHER = 'arn:task/sweep-0';
const never = new AbortController().signal;

/** A world in which another sweep has taken the lease. */
async function heldWorld() {
  const world = sweepWorld();
  const others = { ...world.ports, taskArn: OTHER };
  world.tasks.set(OTHER, { stopped: false });
  const other = (await takeLease(others)) as HeldLease;
  return { ...world, others, other };
}

describe('the lease', () => {
  it('is one sweep’s at a time: the second does nothing and says so', async () => {
    const { ports, version, sent, lease } = await heldWorld();
    version('k');
    const report = await runSweep(ports, never);
    expect(report).toMatchObject({ end: 'skipped-overlap', heldBy: OTHER, scanned: 0, requeued: { service: 0 } });
    expect(sent.service).toEqual([]);
    expect(lease.stored?.record).toMatchObject({ owner: OTHER, released: false });
  });

  it('is free again when its owner has given it back, with what it leaves to the next', async () => {
    const { ports, other } = await heldWorld();
    await other.release({ lastSweepAt: '2026-03-01T12:00:00.000Z', pointerCursor: 'k' });
    expect(await takeLease(ports)).toMatchObject({
      progress: { lastSweepAt: '2026-03-01T12:00:00.000Z', pointerCursor: 'k' },
    });
  });

  it.each([
    ['is stopped', { stopped: true }],
    ['is unknown to ECS', undefined],
  ])('is taken over from an owner that %s', async (_, fact) => {
    const { ports, tasks, lease } = await heldWorld();
    if (fact === undefined) tasks.delete(OTHER);
    else tasks.set(OTHER, fact);
    expect(await takeLease(ports)).toHaveProperty('progress');
    expect(lease.stored?.record.owner).toBe(SELF);
  });

  it('is taken over when it has expired, and whoever lost it notices before doing more', async () => {
    const { ports, other, clock, lease } = await heldWorld();
    clock.time += 10 * MINUTE;
    await takeLease(ports);
    await expect(other.keep()).rejects.toThrow('Another sweep has taken the lease');
    await expect(other.release({})).rejects.toThrow('Another sweep has taken the lease');
    expect(lease.stored?.record).toMatchObject({ owner: SELF, released: false });
  });

  it('is renewed by a sweep that takes long', async () => {
    const { ports, other, clock } = await heldWorld();
    for (let minutes = 0; minutes < 30; minutes += 1) {
      clock.time += MINUTE;
      await other.keep();
    }
    expect(await takeLease(ports)).toEqual({ heldBy: OTHER });
  });

  it('goes to one of many that want it in the same moment', async () => {
    const { ports, tasks } = sweepWorld();
    const arns = Array.from({ length: 10 }, (_, index) => `arn:task/many-${index}`);
    for (const arn of arns) tasks.set(arn, { stopped: false });
    const taken = await Promise.all(arns.map((taskArn) => takeLease({ ...ports, taskArn })));
    expect(taken.filter((lease) => 'progress' in lease)).toHaveLength(1);
  });

  it('is one’s own when the answer to taking it was lost', async () => {
    const { ports, lease, tasks } = sweepWorld();
    tasks.set(SELF, { stopped: false });
    let writes = 0;
    const write: typeof ports.lease.write = async (record, etag) => {
      const written = await ports.lease.write(record, etag);
      writes += 1;
      return writes > 1 && written;
    };
    expect(await takeLease({ ...ports, lease: { ...ports.lease, write } })).toHaveProperty('progress');
    expect(lease.stored?.record.owner).toBe(SELF);
  });

  it('lost half-way ends the sweep', async () => {
    const { ports, version, clock, lease, sent } = sweepWorld();
    for (let index = 0; index < 1_500; index += 1) version(`k${String(index).padStart(4, '0')}`);
    const send: typeof ports.queues.service.send = async (messages) => {
      await ports.queues.service.send(messages);
      if (sent.service.length === 1_000) {
        clock.time += 11 * MINUTE;
        await takeLease({ ...ports, taskArn: OTHER });
      }
    };
    const report = await runSweep(
      { ...ports, queues: { ...ports.queues, service: { ...ports.queues.service, send } } },
      never,
    );
    expect(report).toMatchObject({ end: 'lease-lost', requeued: { service: 1_000 } });
    expect(lease.stored?.record.owner).toBe(OTHER);
  });
});
