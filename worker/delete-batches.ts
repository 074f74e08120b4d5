import { BATCH_LIMIT, type JobQueue } from '../aws/job-queue.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';

/** Deletes messages, several in one call. */
export interface DeleteBatches {
  /** Deletes soon; nobody has to wait for it. */
  add(receiptHandle: string): void;
  /** Sends what is gathered and resolves when nothing is under way. */
  flush(): Promise<void>;
}

/**
 * How long a batch waits to fill up: far below any lease, long enough to gather under load. No longer than that, because a
 * message that is done and not deleted counts as one in flight, and makes the service seem busier than it is.
 */
const DELAY_MS = 50;
/** At most, where the last ten came within the same time: that batch will be a full one. */
const FULL_DELAY_MS = 250;
/** What is not deleted by then comes back, is found settled, and is deleted again. */
const TRIES = 4;

export function createDeleteBatches(
  queue: Pick<JobQueue, 'delete'>,
  { clock, logger }: { clock: Clock; logger: Logger },
): DeleteBatches {
  const underWay = new Set<Promise<void>>();
  /** When the last ten came, the oldest of them at `adds % BATCH_LIMIT`. */
  const times = new Array<number>(BATCH_LIMIT).fill(Number.NEGATIVE_INFINITY);
  let adds = 0;
  let gathered: string[] = [];
  /** When what is gathered has to go; Unix epoch, milliseconds. */
  let sendAt = 0;
  let timing = false;

  function send(): void {
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    const sending = deleteAll(batch).finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  /** One timer, never called off: under load it finds a younger batch than it was set for, and goes on with that. */
  async function sendInTime(): Promise<void> {
    timing = true;
    while (gathered.length > 0) {
      const left = sendAt - clock.now();
      if (left > 0) await clock.sleep(left);
      else send();
    }
    timing = false;
  }

  async function deleteAll(batch: readonly string[]): Promise<void> {
    let left = batch;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      try {
        left = await queue.delete(left);
      } catch (error) {
        logger.warn({ error, messages: left.length }, 'messages not deleted');
      }
      if (left.length === 0) return;
      if (attempt >= TRIES) return logger.error({ messages: left.length }, 'messages left undeleted: they will return');
      await clock.sleep(100 * 4 ** attempt);
    }
  }

  function delayMs(now: number): number {
    const tenth = times[adds % BATCH_LIMIT] ?? Number.NEGATIVE_INFINITY;
    times[adds % BATCH_LIMIT] = now;
    adds += 1;
    return now - tenth <= FULL_DELAY_MS ? FULL_DELAY_MS : DELAY_MS;
  }

  return {
    add(receiptHandle) {
      const now = clock.now();
      const delay = delayMs(now);
      gathered.push(receiptHandle);
      if (gathered.length >= BATCH_LIMIT) return send();
      if (gathered.length === 1) sendAt = now + delay;
      if (!timing) void sendInTime();
    },
    async flush() {
      send();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
