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

/** How long a batch waits to fill up: far below any lease, long enough to gather under load. */
const DELAY_MS = 50;
/** What is not deleted by then comes back, is found settled, and is deleted again. */
const TRIES = 4;

export function createDeleteBatches(
  queue: Pick<JobQueue, 'delete'>,
  { clock, logger }: { clock: Clock; logger: Logger },
): DeleteBatches {
  let gathered: string[] = [];
  let timer: AbortController | undefined;
  const underWay = new Set<Promise<void>>();

  function send(): void {
    timer?.abort();
    timer = undefined;
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    const sending = deleteAll(batch).finally(() => underWay.delete(sending));
    underWay.add(sending);
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

  return {
    add(receiptHandle) {
      gathered.push(receiptHandle);
      if (gathered.length >= BATCH_LIMIT) return send();
      if (timer !== undefined) return;
      const own = new AbortController();
      timer = own;
      void clock.sleep(DELAY_MS, own.signal).then(() => own.signal.aborted || send());
    },
    async flush() {
      send();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
