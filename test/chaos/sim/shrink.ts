import type { FaultKind } from './faults.ts';
import type { Mutation } from './mutation.ts';
import { type RunResult, simulate } from './simulate.ts';

/** A small case that goes wrong in the same way. */
export interface Shrunk {
  readonly seed: number;
  readonly uploads: number;
  /** Faults that it does without. */
  readonly without: readonly FaultKind[];
  /** Faults that it still has. */
  readonly faults: readonly FaultKind[];
  readonly result: RunResult;
}

/** Sizes to try, each with a few seeds from the failing one on. */
const SIZES = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144];
const SEEDS = 12;

/**
 * Looks for the fewest uploads, then for the fewest kinds of faults, that break the same rule; within `budgetMs` of real time. Undefined when it
 * found none in time.
 */
export async function shrink(
  failed: RunResult,
  uploads: number,
  mutation: Mutation | undefined,
  budgetMs: number,
): Promise<Shrunk | undefined> {
  const end = performance.now() + budgetMs;
  const rule = failed.violations[0]?.rule;
  const breaks = (result: RunResult) => result.violations.some((violation) => violation.rule === rule);
  let best: Shrunk = { seed: failed.seed, uploads, without: [], faults: kindsOf(failed), result: failed };

  async function smallest(): Promise<void> {
    for (const size of SIZES.filter((candidate) => candidate < uploads)) {
      for (let seed = failed.seed; seed < failed.seed + SEEDS; seed += 1) {
        if (performance.now() > end) return;
        const result = await simulate({ seed, uploads: size, mutation });
        if (!breaks(result)) continue;
        best = { seed, uploads: size, without: [], faults: kindsOf(result), result };
        return;
      }
    }
  }

  await smallest();
  for (const kind of best.faults) {
    if (performance.now() > end) break;
    const without = [...best.without, kind];
    const result = await simulate({ seed: best.seed, uploads: best.uploads, mutation, without: new Set(without) });
    if (breaks(result)) best = { ...best, without, faults: kindsOf(result), result };
  }
  return best.uploads < uploads || best.without.length > 0 ? best : undefined;
}

function kindsOf({ faults }: RunResult): FaultKind[] {
  return Object.keys(faults) as FaultKind[];
}
