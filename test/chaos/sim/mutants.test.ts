import { describe, expect, it } from 'vitest';
import { figuresOf, waste } from './figures.ts';
import { MUTANTS } from './mutants.ts';
import { controlOf, type Mutation } from './mutation.ts';
import { type RunResult, simulate } from './simulate.ts';

const UPLOADS = 60;
/** A mistake that shows in none of so many is not caught. */
const MOST_SEEDS = 12;

/** The first seed that something is found wrong with; undefined when there is none. */
async function firstFailure(mutation: Mutation, uploads = UPLOADS): Promise<number | undefined> {
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    if ((await simulate({ seed, uploads, mutation })).violations.length > 0) return seed;
  }
  return undefined;
}

async function wasteOf(mutation: Mutation): Promise<string[]> {
  const run = async (quiet: boolean) => {
    const results: RunResult[] = [];
    for (const seed of [1, 2]) results.push(await simulate({ seed, uploads: 120, mutation, quiet }));
    return figuresOf(results);
  };
  return waste(await run(false), await run(true));
}

const byChecker = MUTANTS.filter(({ caughtBy }) => caughtBy === 'checker');
const byCeiling = MUTANTS.filter(({ caughtBy }) => caughtBy === 'amplification');

/** A busy machine is no failure. */
const PATIENCE = { timeout: 120_000 };

describe('a mistake in the protocol', PATIENCE, () => {
  it.each(byChecker.map((mutant) => [mutant.name, mutant] as const))('%s is noticed', async (_name, mutant) => {
    // What multiplies itself needs few to begin with.
    const uploads = mutant.outputEvents === true ? 10 : UPLOADS;
    expect(await firstFailure(mutant, uploads)).toBeDefined();
  });

  it.each(byCeiling.map((mutant) => [mutant.name, mutant] as const))('%s passes a ceiling', async (_name, mutant) => {
    expect(await wasteOf(mutant)).not.toEqual([]);
  });
});

describe('the conditions that a mistake shows in', PATIENCE, () => {
  const conditions = MUTANTS.filter(({ faults, uploads }) => faults !== undefined || uploads !== undefined);

  it.each(conditions.map((mutant) => [mutant.name, mutant] as const))(
    'of %s are fair: without it all is well',
    async (_name, mutant) => {
      const result = await simulate({ seed: 1, uploads: UPLOADS, mutation: controlOf(mutant) });
      expect(result.violations).toEqual([]);
    },
  );
});
