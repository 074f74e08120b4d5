import type { JobQueue } from '../aws/job-queue.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';
import { createRoster, type Member } from './roster.ts';

/** Keeps one message hidden. */
export interface Lease {
  /** No renewal begins any more; a promise when one is under way, which has to be waited for before the message is deleted. */
  end(): Promise<void> | undefined;
}

/** Keeps messages hidden for as long as they are held. */
export interface Heartbeats {
  /** `onLost` is called once, when the message is no longer ours. */
  hold(receiptHandle: string, onLost: () => void): Lease;
}

/** What heartbeats work on. */
export interface HeartbeatOptions {
  readonly queue: Pick<JobQueue, 'changeVisibility'>;
  readonly visibilitySeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface HeldLease extends Member {
  readonly receiptHandle: string;
  readonly onLost: () => void;
  /** Unix epoch, milliseconds. */
  dueAt: number;
  ended: boolean;
  renewing?: Promise<void>;
}

/** A renewal that failed is tried again this many times within one period. */
const RETRIES_PER_PERIOD = 4;

/**
 * Renews each lease at every third of it: two renewals may fail before it ends. One timer serves them all, because most
 * messages are done long before their first renewal.
 */
export function createHeartbeats({ queue, visibilitySeconds, clock, logger }: HeartbeatOptions): Heartbeats {
  const periodMs = (visibilitySeconds * 1000) / 3;
  const held = createRoster<HeldLease>();
  let wakeAt = Number.POSITIVE_INFINITY;

  /** A timer that turns out to be early costs one look at what is held, less than calling it off. */
  function wakeBy(at: number): void {
    if (at >= wakeAt) return;
    wakeAt = at;
    void clock.sleep(Math.max(0, at - clock.now())).then(() => {
      // An earlier one was asked for since, and has set the next.
      if (wakeAt === at) beat();
    });
  }

  function beat(): void {
    wakeAt = Number.POSITIVE_INFINITY;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const lease of held.all) {
      if (lease.dueAt <= now) lease.renewing = renew(lease);
      else next = Math.min(next, lease.dueAt);
    }
    wakeBy(next);
  }

  async function renew(lease: HeldLease): Promise<void> {
    lease.dueAt = Number.POSITIVE_INFINITY;
    let pause = periodMs;
    try {
      if ((await queue.changeVisibility(lease.receiptHandle, visibilitySeconds)) === 'lost') {
        held.remove(lease);
        return lease.ended ? undefined : lease.onLost();
      }
    } catch (error) {
      // Even a lease that ends is no harm: whoever works too comes to the same outcome.
      logger.warn({ error }, 'lease not renewed');
      pause = periodMs / RETRIES_PER_PERIOD;
    }
    delete lease.renewing;
    lease.dueAt = clock.now() + pause;
    if (!lease.ended) wakeBy(lease.dueAt);
  }

  return {
    hold(receiptHandle, onLost) {
      const lease: HeldLease = { receiptHandle, onLost, dueAt: clock.now() + periodMs, ended: false, place: 0 };
      held.add(lease);
      wakeBy(lease.dueAt);
      return {
        end() {
          lease.ended = true;
          held.remove(lease);
          return lease.renewing;
        },
      };
    },
  };
}
