import { setTimeout as sleep } from 'node:timers/promises';

/** What a consumer does with a message, and what came of it. */
export interface Work {
  run(): Promise<void>;
  /** Milliseconds that handlers have been at work, all together, those that still run included. */
  busyMs(): number;
}

/**
 * Work that takes no time, or that waits: exponential times of this mean, whose coefficient of variation is 1. Every
 * contestant draws the same times.
 */
export function createWork(meanMs: number): Work {
  const running = new Set<number>();
  const draw = uniform(20_260_601);
  let ended = 0;
  return {
    async run() {
      if (meanMs === 0) return;
      const from = performance.now() + Math.random() * 1e-6;
      running.add(from);
      await sleep(-Math.log(1 - draw()) * meanMs);
      running.delete(from);
      ended += performance.now() - from;
    },
    busyMs() {
      const now = performance.now();
      return [...running].reduce((sum, from) => sum + now - from, ended);
    },
  };
}

/** Numbers from 0 to 1, the same from the same seed (a linear congruential generator modulo 2^32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
