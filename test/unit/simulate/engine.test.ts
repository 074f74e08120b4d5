import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../../../simulate/engine/run.ts';
import { createTimeHeap } from '../../../simulate/engine/time-heap.ts';
import { latency } from '../../../simulate/policies/latency.ts';
import { createRandom } from '../../../simulate/random.ts';
import { policyOf, SETTING, workAt } from './settings.ts';

it('the heap gives moments in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { maxLength: 3000 }), (times) => {
      const heap = createTimeHeap();
      for (const [index, time] of times.entries()) heap.push(time, index, -index);
      const out: number[] = [];
      for (; heap.size() > 0; heap.pop()) {
        expect(times[heap.first()]).toBe(heap.time());
        expect(heap.second()).toBe(0 - heap.first());
        out.push(heap.time());
      }
      expect(out).toEqual(times.toSorted((a, b) => a - b));
    }),
    { numRuns: 30 },
  );
});

it('chance is that of its seed, and has the mean and the spread that it is asked for', () => {
  const [a, b, c] = [createRandom(5), createRandom(5), createRandom(6)];
  const draws = Array.from({ length: 20_000 }, () => a.lognormal(20, 0.7));
  expect(Array.from({ length: 20_000 }, () => b.lognormal(20, 0.7))).toEqual(draws);
  expect(c.lognormal(20, 0.7)).not.toBe(draws[0]);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length);
  expect(mean).toBeCloseTo(20, 0);
  expect(deviation / mean).toBeCloseTo(0.7, 1);
});

describe('a run', () => {
  it('does every message once, none sooner than its work takes', () => {
    const loads = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 400 });
    const responders = fc.constantFrom(undefined, { concurrency: 2 }, { concurrency: 20 });
    fc.assert(
      fc.property(loads, responders, fc.nat(), (times, responder, seed) => {
        const work = workAt(times.toSorted((a, b) => a - b));
        const result = run(work, latency, { ...SETTING, responder }, seed);
        expect(result.ages).toHaveLength(times.length);
        expect(Math.min(...result.ages)).toBeGreaterThan(0.4999);
        expect(result.responderJobs).toBeLessThanOrEqual(times.length);
        expect(result.doneAt).toBeLessThanOrEqual(result.endedAt);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const work = workAt(Array.from({ length: 500 }, (_, index) => 100 + index / 50));
    const first = run(work, latency, SETTING, 3);
    expect(run(work, latency, SETTING, 3)).toEqual(first);
    expect(run(work, latency, SETTING, 4).ages).not.toEqual(first.ages);
  });

  it('has never more jobs at work than slots, and works them in their order', () => {
    const work = workAt([0, 0, 0, 0, 0, 0], 10, { startTasks: 1 });
    const { ages } = run(
      work,
      policyOf(() => 1),
      SETTING,
      1,
    );
    expect([...ages]).toEqual([10, 10, 20, 20, 30, 30]);
  });

  it('charges a minute at least for a task, from the pull of its image on', () => {
    // It is told to go right after it was asked for.
    const result = run(
      workAt([1]),
      policyOf(({ second }) => (second < 60 ? 1 : 0)),
      SETTING,
      1,
    );
    expect(result.launches).toBe(1);
    expect(result.taskSeconds).toBe(60);
  });

  it('starts tasks no faster than Fargate does', () => {
    let most = 0;
    const policy = policyOf(({ running }) => {
      most = Math.max(most, running);
      return 400;
    });
    const result = run(workAt([], 0.5, { horizon: 8 }), policy, { ...SETTING, maxTasks: 400 }, 1);
    expect(result.launches).toBeLessThanOrEqual(100 + (8 * 500) / 60);
    expect(result.launches).toBeGreaterThan(140);
    expect(most).toBe(0);
  });
});

describe('a scale-in', () => {
  const steadily = workAt(
    Array.from({ length: 2400 }, (_, index) => 60 + index / 4),
    0.4,
    { startTasks: 4, horizon: 660 },
  );
  const shrinking = ({ second }: { second: number }) => (second < 120 ? 4 : 1);

  it('that spares busy tasks takes none that is never idle', () => {
    const spared = run(steadily, policyOf(shrinking, { protects: 'busy' }), SETTING, 1, true);
    const drained = run(steadily, policyOf(shrinking, { protects: 'none' }), SETTING, 1, true);
    expect(spared.series?.running[200]).toBe(4);
    expect(drained.series?.running[200]).toBe(1);
  });

  it('lets a task finish what it has', () => {
    const work = workAt([1, 1], 100, { startTasks: 1 });
    const result = run(
      work,
      policyOf(({ second }) => (second < 10 ? 1 : 0)),
      SETTING,
      1,
    );
    expect([...result.ages]).toEqual([100, 100]);
  });

  it('that tells tasks at work that they are too many takes each once its jobs are done', () => {
    const policy = policyOf(shrinking, { protects: 'busy' });
    let surplus = 0;
    const begin: typeof policy.begin = () => ({
      tick(view) {
        surplus = Math.max(0, view.running - shrinking(view));
        return shrinking(view);
      },
      surplus: () => surplus,
    });
    const told = run(steadily, { ...policy, begin }, SETTING, 1, true);
    expect(told.series?.running[124]).toBeGreaterThan(1);
    expect(told.series?.running[200]).toBe(1);
    expect(Math.max(...told.ages)).toBeLessThan(60);
  });

  it('lets a task that is not too many after all take messages again', () => {
    const policy = policyOf(() => 2);
    const begin: typeof policy.begin = (...args) => {
      let second = 0;
      return {
        ...policy.begin(...args),
        surplus: () => {
          second += 1;
          return second > 60 && second < 120 ? 2 : 0;
        },
      };
    };
    const work = workAt(
      Array.from({ length: 50 }, (_, index) => 90 + 3 * index),
      0.4,
      { startTasks: 2, horizon: 300 },
    );
    const result = run(work, { ...policy, begin }, SETTING, 1, true);
    expect(result.series?.visible[119]).toBeGreaterThan(5);
    expect(result.series?.visible[140]).toBe(0);
    expect(result.series?.running[140]).toBe(2);
  });
});

describe('the first responder', () => {
  const none = policyOf(() => 0);

  it('does the work of a service without tasks, with a cold start at first', () => {
    const result = run(workAt([10, 20]), none, { ...SETTING, responder: { concurrency: 2 } }, 1);
    expect(result.responderJobs).toBe(2);
    expect(result.ages[0]).toBeGreaterThan(0.8);
    expect(result.ages[1]).toBeCloseTo(0.55, 2);
    expect(result.taskSeconds).toBe(0);
  });

  it('never has more in hand than its concurrency', () => {
    const work = workAt(new Array<number>(40).fill(10), 10);
    const result = run(work, none, { ...SETTING, responder: { concurrency: 4 } }, 1, true);
    expect(Math.max(...(result.series?.responding ?? []))).toBe(4);
    expect(result.doneAt).toBeGreaterThan(100);
  });

  it('begins with five pollers and grows by five a second', () => {
    const work = workAt(new Array<number>(400).fill(10), 60);
    const { series } = run(work, none, { ...SETTING, responder: { concurrency: 100 } }, 1, true);
    expect(series?.responding[10]).toBeLessThanOrEqual(10);
    expect(series?.responding[20]).toBeGreaterThan(50);
    expect(series?.responding[20]).toBeLessThanOrEqual(60);
  });

  it('stops half a minute after it is told to', () => {
    const work = workAt(Array.from({ length: 500 }, (_, index) => 10 + index));
    const told = policyOf(() => 0, { begin: () => ({ tick: () => 0, responds: () => false }) });
    const result = run(work, told, { ...SETTING, responder: { concurrency: 2 }, maxTasks: 0 }, 1);
    expect(result.responderJobs).toBeLessThanOrEqual(23);
    expect(result.pollingSeconds).toBeCloseTo(31, 0);
  });
});
