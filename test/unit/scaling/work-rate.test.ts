import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIRST_GUESS,
  jobsPerSecond,
  learnRate,
  type WorkRate,
  type WorkReport,
} from '../../../core/scaling/work-rate.ts';

/** `rounds` rounds of one task's reports, ten seconds apart. */
function learn(rounds: number, report: Omit<WorkReport, 'at'>, from?: WorkRate): WorkRate {
  let rate = from;
  for (let round = 1; round <= rounds; round++) {
    rate = learnRate(rate, [{ ...report, at: (rate?.at ?? 0) + 10_000 }]);
  }
  return rate ?? FIRST_GUESS;
}

describe('the rate of a task', () => {
  it('is a guess before anything was learnt', () => {
    expect(jobsPerSecond(undefined, 2)).toBe(4);
    expect(jobsPerSecond(learnRate(undefined, []), 3)).toBe(6);
  });

  it.each([
    ['quick jobs', { jobs: 200, slotSeconds: 20 }, 20],
    ['jobs of a second', { jobs: 20, slotSeconds: 20 }, 2],
    ['jobs of twenty seconds', { jobs: 1, slotSeconds: 20 }, 0.1],
  ])('is learnt of %s within a minute', (_what, report, expected) => {
    const rate = jobsPerSecond(learn(6, report), 2);
    expect(rate).toBeGreaterThan(expected * 0.7);
    expect(rate).toBeLessThan(expected * 1.4);
  });

  it('sinks while slow jobs run on, before the first of them is done', () => {
    expect(jobsPerSecond(learn(2, { jobs: 0, slotSeconds: 20 }), 2)).toBeLessThan(0.4);
  });

  it('follows another kind of work within three minutes', () => {
    const slow = learn(30, { jobs: 1, slotSeconds: 20 });
    expect(jobsPerSecond(learn(18, { jobs: 40, slotSeconds: 20 }, slow), 2)).toBeGreaterThan(3);
  });

  it('is that of all tasks together', () => {
    const at = 1;
    const rate = learnRate({ at: 0, jobs: 1, slotSeconds: 1 }, [
      { at, jobs: 100, slotSeconds: 30 },
      { at, jobs: 20, slotSeconds: 30 },
    ]);
    expect(jobsPerSecond(rate, 1)).toBeCloseTo(121 / 61, 5);
  });
});

describe('reports', () => {
  const known = learn(10, { jobs: 40, slotSeconds: 20 });

  it('that were counted are not counted again', () => {
    const report = { at: known.at + 1, jobs: 4, slotSeconds: 20 };
    const once = learnRate(known, [report]);
    expect(learnRate(once, [report])).toEqual(once);
  });

  it.each([
    ['nothing', []],
    ['no work', [{ at: known.at + 1, jobs: 0, slotSeconds: 0 }]],
    ['negative work', [{ at: known.at + 1, jobs: -5, slotSeconds: 10 }]],
    ['no numbers', [{ at: known.at + 1, jobs: Number.NaN, slotSeconds: 1 }]],
    ['more than a task can have worked', [{ at: known.at + 1, jobs: 1, slotSeconds: 1e9 }]],
  ])('of %s change nothing', (_what, reports) => {
    expect(learnRate(known, reports)).toEqual(known);
  });

  it('of one wild round move the rate by no more than eight times', () => {
    const before = jobsPerSecond(known, 2);
    const after = jobsPerSecond(learnRate(known, [{ at: known.at + 1, jobs: 0, slotSeconds: 19_000 }]), 2);
    expect(after).toBeGreaterThanOrEqual(before / 8.001);
  });
});

it('is a rate above nothing and below everything, whatever is reported', () => {
  const anything = fc.record({ at: fc.double(), jobs: fc.double(), slotSeconds: fc.double() });
  fc.assert(
    fc.property(fc.option(anything, { nil: undefined }), fc.array(fc.array(anything)), (known, rounds) => {
      const rate = jobsPerSecond(rounds.reduce<WorkRate | undefined>(learnRate, known), 2);
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(2000);
    }),
  );
});
