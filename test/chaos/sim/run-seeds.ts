import { type Figures, figuresOf, waste } from './figures.ts';
import type { Mutation } from './mutation.ts';
import { type RunOptions, type RunResult, simulate } from './simulate.ts';

/** What a number of seeds came to: all that was found wrong, and the figures. */
export interface Report {
  readonly stormy: Figures;
  readonly quiet: Figures;
  /** The first seed that left a violation. */
  readonly failed: RunResult | undefined;
  /** Ceilings that were passed. */
  readonly waste: readonly string[];
}

export interface SeedsOptions {
  readonly first: number;
  readonly seeds: number;
  readonly uploads: number;
  readonly mutation?: Mutation | undefined;
  readonly without?: RunOptions['without'];
  readonly print?: RunOptions['print'];
}

/** Quiet runs per run under faults: they differ little. */
const QUIET_SHARE = 0.1;

/** Runs the seeds one after the other, then some with hardly a fault, to see what is done in vain. */
export async function runSeeds({ first, seeds, ...options }: SeedsOptions): Promise<Report> {
  const results = await runAll(first, seeds, options);
  const quietSeeds = Math.max(2, Math.round(seeds * QUIET_SHARE));
  const { print: _, ...unprinted } = options;
  const quietResults = await runAll(first, quietSeeds, { ...unprinted, quiet: true });
  const [stormy, quiet] = [figuresOf(results), figuresOf(quietResults)];
  const failed = [...results, ...quietResults].find(({ violations }) => violations.length > 0);
  return { stormy, quiet, failed, waste: waste(stormy, quiet) };
}

async function runAll(first: number, seeds: number, options: Omit<RunOptions, 'seed'>): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) results.push(await simulate({ ...options, seed }));
  return results;
}
