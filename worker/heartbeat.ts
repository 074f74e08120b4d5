import type { JobQueue } from '../aws/job-queue.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';

/** Keeps a message hidden while its job runs. */
export interface Heartbeat {
  /** Resolves when no renewal is under way any more: what follows may delete the message. */
  stop(): Promise<void>;
}

/** What a heartbeat works on. */
export interface HeartbeatOptions {
  readonly queue: Pick<JobQueue, 'changeVisibility'>;
  readonly receiptHandle: string;
  readonly visibilitySeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called once, when the message is no longer ours. */
  onLost(): void;
}

/** A renewal that failed is tried again this many times within one period. */
const RETRIES_PER_PERIOD = 4;

/** Renews the lease at every third of it: two renewals may fail before it ends. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const stopping = new AbortController();
  const done = beat(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function beat(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  const { queue, receiptHandle, visibilitySeconds, clock, logger, onLost } = options;
  const periodMs = (visibilitySeconds * 1000) / 3;
  let pause = periodMs;
  for (;;) {
    await clock.sleep(pause, signal);
    if (signal.aborted) return;
    try {
      if ((await queue.changeVisibility(receiptHandle, visibilitySeconds)) === 'lost') {
        if (!signal.aborted) onLost();
        return;
      }
      pause = periodMs;
    } catch (error) {
      // Even a lease that ends is no harm: whoever works too comes to the same outcome.
      logger.warn({ error }, 'lease not renewed');
      pause = periodMs / RETRIES_PER_PERIOD;
    }
  }
}
