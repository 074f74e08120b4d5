import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseFaultScript } from '../../../infra/local/faults/fault-script.ts';
import { crashPoints } from '../../../worker/crash-points.ts';
import { NAMED_POINTS } from './crash-catalogue.ts';
import { MUTANTS } from './mutants.ts';
import { readOptions, UsageError } from './options.ts';
import { makePlan } from './plan.ts';

const FULL = { uploads: 600, kills: 50, restart: false, marks: '/marks' };
const silent = () => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makePlan({ ...FULL, seed: 5 })).toEqual(makePlan({ ...FULL, seed: 5 }));
    expect(makePlan({ ...FULL, seed: 5 })).not.toEqual(makePlan({ ...FULL, seed: 6 }));
  });

  it.each([1, 2, 3, 77])(
    'has as many uploads as asked for, keys of one use, and every named crash point (seed %i)',
    (seed) => {
      const plan = makePlan({ ...FULL, seed });
      expect(plan.uploads.flat()).toHaveLength(FULL.uploads);
      const keys = plan.uploads.map(([upload]) => upload?.key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(plan.crashes.named).toEqual(NAMED_POINTS.map(({ point }) => point));
      const { kills } = plan.crashes;
      expect(kills.named + kills.random + kills.poison + kills.memory + kills.launched).toBe(FULL.kills);
      expect(plan.sigterms.length).toBeGreaterThanOrEqual(10);
      expect(plan.crashes.stalls).toBeGreaterThanOrEqual(10);
    },
  );

  it('names crash points that the worker understands, each bound to a job of the plan or to none', () => {
    const plan = makePlan({ ...FULL, seed: 1 });
    const keys = plan.uploads.flat().map(({ key }) => key);
    for (const { environment } of parseFaultScript(plan.script).tasks) {
      expect(() => crashPoints({ ...environment, CRASH_MARKS: FULL.marks }, logger)).not.toThrow();
      for (const entry of environment.CRASH_AT?.split(',') ?? []) {
        const tag = /~([^!=]+)/.exec(entry)?.[1];
        if (tag !== undefined) expect(keys.filter((key) => key.includes(tag))).not.toEqual([]);
      }
    }
  });

  it('holds at most one death against any good job', () => {
    const { script } = makePlan({ ...FULL, seed: 1 });
    const everywhere = script.tasks?.find(({ nth, environment }) => nth === undefined && environment.CRASH_AT);
    const tags = (everywhere?.environment.CRASH_AT ?? '').split(',').flatMap((entry) => {
      // What comes behind a stored outcome opens no attempt.
      if (/^(objects\.lastModified|.*=)/.test(entry)) return [];
      return /~(\/k\d+\/)/.exec(entry)?.[1] ?? [];
    });
    expect(tags.length).toBeGreaterThan(20);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('does without what it has no room for', () => {
    const plan = makePlan({ ...FULL, seed: 1, uploads: 30, kills: 3 });
    expect(plan.uploads.flat()).toHaveLength(30);
    expect(plan.crashes.kills).toEqual({ named: 3, random: 0, poison: 0, memory: 0, launched: 0 });
  });
});

describe('docs/chaos.md', async () => {
  const text = await readFile(fileURLToPath(new URL('../../../docs/chaos.md', import.meta.url)), 'utf8');

  it('shows a fault script that is one', () => {
    const [, script = ''] = /```json\n(.*?)```/s.exec(text) ?? [];
    expect(parseFaultScript(JSON.parse(script)).requests).toHaveLength(2);
  });

  it('names every method that has crash points', () => {
    for (const { point } of NAMED_POINTS) {
      const [port, method] = point.split(/[.:]/);
      expect(text).toMatch(new RegExp(`^\\| \`${port}\` \\|.*\`${method}\``, 'm'));
    }
    expect(text).toContain(`each of the ${NAMED_POINTS.length} named points`);
  });
});

describe('the mutants', () => {
  it.each(MUTANTS)('$name changes exactly one place of the sources', async ({ file, find, replace }) => {
    const text = await readFile(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
    expect(text.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});

describe('the command line', () => {
  it('has sensible numbers', () => {
    expect(readOptions([])).toMatchObject({ seed: 1, uploads: 600, kills: 50, restart: false, mutant: undefined });
    expect(readOptions(['--restart'])).toMatchObject({ uploads: 300, kills: 0, restart: true });
    expect(readOptions(['--mutate', 'no-sweep']).mutant?.name).toBe('no-sweep');
  });

  it.each([['--seed', 'x'], ['--uploads', '0'], ['--mutate', 'nothing'], ['--unknown'], ['stray']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readOptions(args)).toThrow(UsageError);
    },
  );
});
