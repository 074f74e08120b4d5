import { parentPort } from 'node:worker_threads';
import { runOrder, type SeedOrder } from './seed-order.ts';

/** One thread of a run: does the seeds that it is given, one after the other. */
parentPort?.on('message', async (order: SeedOrder) => {
  parentPort?.postMessage(await runOrder(order));
});
