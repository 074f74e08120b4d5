import { type Figures, figuresOf, waste } from './figures.ts';
import type { SeedOrder } from './seed-order.ts';
import { type PoolOptions, runOrders } from './seed-pool.ts';
import type { RunResult } from './simulate.ts';

/** What a number of seeds came to: all that was found wrong, and the figures. */
export interface Report {
  readonly stormy: Figures;
  readonly quiet: Figures;
  /** The first seed that left a violation. */
  readonly failed: RunResult | undefined;
  /** Ceilings that were passed. */
  readonly waste: readonly string[];
}

export interface SeedsOptions extends Omit<SeedOrder, 'seed' | 'quiet'>, PoolOptions {
  readonly first: number;
  readonly seeds: number;
}

/** Quiet runs per run under faults: they differ little. */
const QUIET_SHARE = 0.1;

/** Runs the seeds, and some of them with hardly a fault, to see what is done in vain. */
export async function runSeeds({ first, seeds, threads, print, ...options }: SeedsOptions): Promise<Report> {
  const orders = (count: number, rest: object): SeedOrder[] =>
    Array.from({ length: count }, (_, index) => ({ ...options, ...rest, seed: first + index }));
  const quietSeeds = Math.max(2, Math.round(seeds * QUIET_SHARE));
  const results = await runOrders([...orders(seeds, {}), ...orders(quietSeeds, { quiet: true })], { threads, print });
  const [stormy, quiet] = [figuresOf(results.slice(0, seeds)), figuresOf(results.slice(seeds))];
  const failed = results.find(({ violations }) => violations.length > 0);
  return { stormy, quiet, failed, waste: waste(stormy, quiet) };
}
