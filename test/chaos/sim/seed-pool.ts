import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { runOrder, type SeedOrder } from './seed-order.ts';
import type { RunOptions, RunResult } from './simulate.ts';

/** Fewer seeds than this are done before a thread has started. */
const WORTH_A_THREAD = 4;
/** Short-lived garbage is nearly all there is: room for it spares the collector half of its work. */
const YOUNG_MB = 64;

export interface PoolOptions {
  /** As many as there are processors, unless told otherwise. */
  readonly threads?: number | undefined;
  /** Takes the trace of what runs under faults; everything is then run in this thread. */
  readonly print?: RunOptions['print'];
}

/** Runs the orders on several threads; the results are in the orders' order, and the same whoever made them. */
export async function runOrders(orders: readonly SeedOrder[], options: PoolOptions = {}): Promise<RunResult[]> {
  const { print, threads = Math.min(availableParallelism(), Math.floor(orders.length / WORTH_A_THREAD)) } = options;
  const results: RunResult[] = [];
  const waiting = orders.entries();
  if (threads > 1 && print === undefined) {
    await Promise.all(Array.from({ length: threads }, () => workOff(waiting, results)));
    return results;
  }
  for (const [index, order] of waiting) {
    results[index] = await runOrder(order, order.quiet === true ? undefined : print);
  }
  return results;
}

/** One thread, which takes the next order when it is through with one. */
async function workOff(waiting: Iterator<[number, SeedOrder]>, results: RunResult[]): Promise<void> {
  const options = { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } };
  const thread = new Worker(new URL('./seed-thread.ts', import.meta.url), options);
  try {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const [index, order] = next.value;
      thread.postMessage(order);
      // Rejects when the thread breaks.
      const [result] = await once(thread, 'message');
      results[index] = result;
    }
  } finally {
    await thread.terminate();
  }
}
