import type { FaultKind } from './faults.ts';
import { mutantNamed } from './mutants.ts';
import { controlOf } from './mutation.ts';
import { type RunOptions, type RunResult, simulate } from './simulate.ts';

/** One seed to run, in words that can be sent to another thread. */
export interface SeedOrder {
  readonly seed: number;
  readonly uploads: number;
  /** Name of a mutant. */
  readonly mutate?: string | undefined;
  /** The mutant's conditions alone. */
  readonly control?: boolean;
  readonly quiet?: boolean;
  readonly without?: ReadonlySet<FaultKind> | undefined;
}

/** Runs it in this thread. */
export function runOrder({ mutate, control, ...order }: SeedOrder, print?: RunOptions['print']): Promise<RunResult> {
  const mutant = mutate === undefined ? undefined : mutantNamed(mutate);
  return simulate({ ...order, print, mutation: control && mutant ? controlOf(mutant) : mutant });
}
