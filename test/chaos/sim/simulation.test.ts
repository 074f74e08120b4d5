import { describe, expect, it } from 'vitest';
import { violationTable } from '../checker.ts';
import { ALL_FAULTS } from './faults.ts';
import { runSeeds } from './run-seeds.ts';
import { runOrders } from './seed-pool.ts';
import { simulate } from './simulate.ts';

/** A busy machine is no failure. */
const PATIENCE = { timeout: 180_000 };

describe('the decision code, under all faults', PATIENCE, () => {
  it('loses, repeats, mixes up and leaves open nothing, and wastes little', async () => {
    const { stormy, failed, waste } = await runSeeds({ first: 1, seeds: 10, uploads: 60 });
    expect(failed === undefined ? '' : `seed ${failed.seed}: ${violationTable(failed.violations)}`).toBe('');
    expect(waste).toEqual([]);
    expect(stormy.uploads).toBeGreaterThan(600);
    expect(stormy.kills).toBeGreaterThan(40);
    // Those that are deleted before anybody reads them are gone, not refused.
    expect(stormy.refused).toBeGreaterThan(0.9 * (stormy.badInputs + stormy.badMessages));
  });

  it('does so too with a first responder beside the tasks, which dies like them', async () => {
    const wrong: string[] = [];
    let byResponder = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      const lines: string[] = [];
      const result = await simulate({ seed, uploads: 60, responders: 3, print: (line) => lines.push(line) });
      if (result.violations.length > 0) wrong.push(`seed ${seed}: ${violationTable(result.violations)}`);
      byResponder += lines.filter((line) => /responder 1 info: job settled .*"won":true/.test(line)).length;
    }
    expect(wrong).toEqual([]);
    expect(byResponder).toBeGreaterThan(20);
  });

  it('meets every fault there is, sooner or later', async () => {
    const missing = new Set<string>(ALL_FAULTS);
    for (let seed = 101; missing.size > 0 && seed < 200; seed += 8) {
      const orders = Array.from({ length: 8 }, (_, index) => ({ seed: seed + index, uploads: 60 }));
      for (const { faults } of await runOrders(orders)) for (const kind of Object.keys(faults)) missing.delete(kind);
    }
    expect([...missing]).toEqual([]);
  });
});

describe('a run', PATIENCE, () => {
  const seeds = [1, 2, 3];

  it('is the same for the same seed, to the last byte, and another for another', async () => {
    const hashes = async () => {
      const results = await runOrders(
        seeds.map((seed) => ({ seed, uploads: 40 })),
        { threads: 1 },
      );
      return results.map(({ hash }) => hash);
    };
    const first = await hashes();
    expect(await hashes()).toEqual(first);
    expect(new Set(first).size).toBe(seeds.length);
  });

  it('does not depend on the number of threads', async () => {
    const orders = [...seeds, ...seeds].map((seed, index) => ({ seed, uploads: 20, quiet: index >= seeds.length }));
    const [one, two] = await Promise.all([1, 2].map((threads) => runOrders(orders, { threads })));
    expect(two).toEqual(one);
  });

  it('begins with the same uploads when there are fewer of them', async () => {
    const lines: string[] = [];
    for (const uploads of [20, 40]) {
      await simulate({ seed: 5, uploads, print: (line) => lines.push(line) });
    }
    const uploaded = (name: string) => lines.filter((line) => line.includes('upload ') && line.includes(name));
    expect(uploaded('"plain-10"').length).toBeGreaterThanOrEqual(2);
    expect(uploaded('"plain-30"').length).toBeGreaterThanOrEqual(1);
  });
});
