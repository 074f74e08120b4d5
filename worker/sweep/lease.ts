import type { Stored } from '../../aws/record.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { SweepLease, SweepProgress } from '../../core/sweep-lease.ts';
import type { SweepPorts } from './ports.ts';

type LeasePorts = Pick<SweepPorts, 'lease' | 'tasks' | 'clock' | 'taskArn'>;

/** The lease is somebody else's now: what one does would be done twice. */
export class LeaseLostError extends SlipwayError {
  constructor() {
    super('lease-lost', 'Another sweep has taken the lease: this one held it too long without a sign of life.');
  }
}

/** The right to sweep. */
export interface HeldLease {
  /** What the last sweep left. */
  readonly progress: SweepProgress;
  /** Renews it in good time. Throws LeaseLostError when it is somebody else's. */
  keep(): Promise<void>;
  /** Gives it back, if it is still one's own, and leaves `progress` to the next. */
  release(progress: SweepProgress): Promise<void>;
}

/** Longer than any pause between two signs of life; an owner that is dead is not waited for. */
const TERM_MS = 10 * 60_000;
const RENEW_AFTER_MS = 2 * 60_000;

/** Compare-and-swaps that may be lost in a row. */
const TRIES = 3;

/**
 * Takes the lease: a free one, an expired one, or that of an owner that is stopped or unknown to ECS. Whoever is second in
 * the compare-and-swap looks again. Otherwise says who holds it.
 */
export async function takeLease(ports: LeasePorts): Promise<HeldLease | { readonly heldBy: string }> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const standing = await ports.lease.read();
    const owner = standing?.record.owner;
    if (standing !== undefined && owner !== ports.taskArn && (await isHeld(standing.record, ports))) {
      return { heldBy: standing.record.owner };
    }
    const mine = leaseOf(ports, standing?.record.progress ?? {});
    // A write whose answer was lost is found at the next look: the lease is one's own then.
    if (await ports.lease.write(mine, standing?.etag)) return held(mine, ports);
  }
  return { heldBy: (await ports.lease.read())?.record.owner ?? 'unknown' };
}

async function isHeld({ owner, expiresAt, released }: SweepLease, { tasks, clock }: LeasePorts): Promise<boolean> {
  if (released || Date.parse(expiresAt) <= clock.now()) return false;
  const fact = (await tasks.describe([owner])).get(owner);
  return fact !== undefined && !fact.stopped;
}

function held(mine: SweepLease, ports: LeasePorts): HeldLease {
  const { clock, lease, taskArn } = ports;
  let signAt = clock.now();

  /** One's own lease as it stands. */
  async function own(): Promise<Stored<SweepLease>> {
    const standing = await lease.read();
    const { owner, takenAt } = standing?.record ?? {};
    if (standing === undefined || owner !== taskArn || takenAt !== mine.takenAt) throw new LeaseLostError();
    return standing;
  }

  return {
    progress: mine.progress,
    async keep() {
      const now = clock.now();
      if (now - signAt < RENEW_AFTER_MS) return;
      const { record, etag } = await own();
      if (!(await lease.write({ ...record, expiresAt: iso(now + TERM_MS) }, etag))) await own();
      signAt = now;
    },
    async release(progress) {
      const { record, etag } = await own();
      await lease.write({ ...record, expiresAt: iso(clock.now()), released: true, progress }, etag);
    },
  };
}

function leaseOf({ clock, taskArn }: LeasePorts, progress: SweepProgress): SweepLease {
  const now = clock.now();
  return { v: 1, owner: taskArn, takenAt: iso(now), expiresAt: iso(now + TERM_MS), released: false, progress };
}

const iso = (time: number) => new Date(time).toISOString();
