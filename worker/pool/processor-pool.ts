import type { Processors } from '../job-ports.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';

/** Settings of a pool. */
export interface PoolOptions extends ChildOptions {
  /** Jobs after which a process is replaced: native decoders leak a little. */
  readonly jobsPerChild?: number;
  /** Milliseconds without work after which a process ends: an idle task should be small. */
  readonly idleMs?: number;
}

const JOBS_PER_CHILD = 500;
const IDLE_MS = 30_000;

/**
 * Processes that run processors, one job each at a time, started when wanted and used again. Their number is that of
 * the jobs that run at once.
 */
export function createProcessorPool(options: PoolOptions): Processors & { close(): Promise<void> } {
  const { clock, jobsPerChild = JOBS_PER_CHILD, idleMs = IDLE_MS } = options;
  const all = new Set<Child>();
  const idle: { child: Child; taken: AbortController }[] = [];

  function take(): Child {
    for (let next = idle.pop(); next !== undefined; next = idle.pop()) {
      next.taken.abort();
      if (next.child.usable) return next.child;
      all.delete(next.child);
    }
    const child = startChild(options);
    all.add(child);
    return child;
  }

  async function discard(child: Child): Promise<void> {
    await child.end();
    all.delete(child);
  }

  function giveBack(child: Child): void {
    if (!child.usable || child.jobs >= jobsPerChild) return void discard(child);
    const place = { child, taken: new AbortController() };
    idle.push(place);
    void clock.sleep(idleMs, place.taken.signal).then(() => {
      if (place.taken.signal.aborted) return;
      idle.splice(idle.indexOf(place), 1);
      void discard(child);
    });
  }

  return {
    async run(order) {
      const child = take();
      try {
        return await child.run(order);
      } finally {
        giveBack(child);
      }
    },
    async close() {
      for (const place of idle.splice(0)) place.taken.abort();
      await Promise.all([...all].map(discard));
    },
  };
}
