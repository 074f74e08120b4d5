import { BATCH_LIMIT, type Delivery, type JobQueue } from '../aws/job-queue.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';

/** What there is room for. */
export interface Room {
  /** Slots without a message; negative when messages wait for a slot. */
  readonly free: number;
  /** Messages that may wait besides. */
  readonly ahead: number;
}

/** What receives work on. */
export interface ReceiveOptions {
  readonly queue: Pick<JobQueue, 'receive'>;
  readonly clock: Clock;
  /** 0 to 1. */
  random(): number;
  readonly logger: Logger;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
  /** Aborts when nothing new is to be taken on. */
  readonly stopping: AbortSignal;
  /** What there is room for now; undefined: for nothing. */
  room(): Room | undefined;
  /** Takes what a receive has brought, also when it comes after the stop. */
  take(deliveries: readonly Delivery[]): void;
  /** Called when the last open one has come back. */
  onNoneOpen(): void;
}

/** Receives that are open at once: with 10 ms between worker and queue so many fill a processor with nothing but calls. */
const MAX_RECEIVES = 16;
const LONGEST_BACKOFF_SECONDS = 20;

/** Keeps as many receives open as there is room for what they may bring. */
export interface Receives {
  readonly open: number;
  /** Opens what there is room for. */
  fill(): void;
}

export function createReceives(options: ReceiveOptions): Receives {
  const { queue, clock, logger, waitSeconds, visibilitySeconds, stopping } = options;
  let open = 0;
  /** Messages that the open ones may bring. */
  let expected = 0;
  let failures = 0;
  /** The last one came back empty: one that waits is enough to notice the next message. */
  let quiet = false;

  function fill(): void {
    while (!stopping.aborted && open < (quiet ? 1 : MAX_RECEIVES)) {
      const room = options.room();
      const max = room === undefined ? 0 : receiveSize(room, expected);
      if (max === 0) return;
      void receive(max);
    }
  }

  async function receive(max: number): Promise<void> {
    open += 1;
    expected += max;
    let deliveries: readonly Delivery[] = [];
    try {
      deliveries = await queue.receive({ max, waitSeconds, visibilitySeconds });
      failures = 0;
      quiet = deliveries.length === 0;
    } catch (error) {
      failures += 1;
      logger.warn({ error, failures }, 'receive failed');
      await clock.sleep(Math.min(LONGEST_BACKOFF_SECONDS, backoffSeconds(failures, options.random)) * 1000, stopping);
    }
    open -= 1;
    expected -= max;
    options.take(deliveries);
    fill();
    if (open === 0) options.onNoneOpen();
  }

  return {
    get open() {
      return open;
    },
    fill,
  };
}

/** How many messages to ask for: at once for a free slot, for those that will wait only when it is a whole batch. */
export function receiveSize({ free, ahead }: Room, expected: number): number {
  const unclaimed = free - expected;
  const room = unclaimed + ahead;
  return unclaimed > 0 || room >= BATCH_LIMIT ? Math.min(BATCH_LIMIT, room) : 0;
}
