import { setTimeout as sleep } from 'node:timers/promises';
import { settledJobs, startFailure } from './observe.ts';
import type { Stack } from './stack.ts';

/** How far a run is, in outcomes: what it does next hangs on that and not on the time. */
export interface Progress {
  /** Resolves when there are so many outcomes, or when the run is over. Throws when no worker can start. */
  reached(outcomes: number): Promise<void>;
  end(): Promise<void>;
}

const POLL_MS = 300;
/** Without an outcome for so long, nobody is kept waiting: what is to come may be what helps. */
const STUCK_MS = 20_000;

/** Looks again and again. While the stand-in is down there is nothing new. */
export function watchProgress(stack: Stack): Progress {
  const over = new AbortController();
  let outcomes = 0;
  let movedAt = Date.now();
  const looking = look();

  async function look(): Promise<void> {
    while (!over.signal.aborted) {
      const { size } = await settledJobs(stack).catch(() => ({ size: outcomes }));
      if (size > outcomes) movedAt = Date.now();
      outcomes = size;
      await sleep(POLL_MS);
    }
  }

  return {
    async reached(wanted) {
      while (outcomes < wanted && !over.signal.aborted && Date.now() - movedAt < STUCK_MS) await sleep(POLL_MS / 3);
      if (outcomes > 0 || over.signal.aborted || Date.now() - movedAt < STUCK_MS) return;
      const reason = await startFailure(stack).catch(() => undefined);
      if (reason !== undefined) throw new Error(`The workers do not start: ${reason}`);
    },
    async end() {
      over.abort();
      await looking;
    },
  };
}
