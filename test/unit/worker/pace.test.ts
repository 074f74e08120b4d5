import { expect, it } from 'vitest';
import { createPace } from '../../../worker/pace.ts';
import { receiveSize } from '../../../worker/receives.ts';

/** What may wait after so many jobs of this length. */
function aheadAfter(slots: number, milliseconds: number, jobs = 50): number {
  const pace = createPace(slots);
  for (let job = 0; job < jobs; job += 1) pace.ended(milliseconds);
  return pace.ahead();
}

it('receives nothing ahead until it has seen how long jobs take', () => {
  expect(aheadAfter(10, 100, 0)).toBe(0);
});

it('receives ahead what the slots begin within a fifth of a second', () => {
  expect(aheadAfter(10, 100)).toBe(20);
  expect(aheadAfter(4, 80)).toBe(10);
});

it('receives nothing ahead of pictures: less than a batch would wait here that another task could take', () => {
  expect(aheadAfter(2, 150)).toBe(0);
  expect(aheadAfter(2, 60_000)).toBe(0);
});

it('holds no more than memory has room for, however short jobs are', () => {
  expect(aheadAfter(160, 0)).toBe(150);
});

it('turns back within some dozens of jobs when they become long', () => {
  const pace = createPace(10);
  for (let job = 0; job < 1_000; job += 1) pace.ended(10);
  let jobs = 0;
  while (pace.ahead() > 0 && jobs < 100) {
    pace.ended(1_000);
    jobs += 1;
  }
  expect(jobs).toBeLessThan(10);
});

it('asks at once for a free slot, and for what will wait only by whole batches', () => {
  expect(receiveSize({ free: 3, ahead: 0 }, 0)).toBe(3);
  expect(receiveSize({ free: 3, ahead: 0 }, 3)).toBe(0);
  expect(receiveSize({ free: 1, ahead: 20 }, 0)).toBe(10);
  expect(receiveSize({ free: -10, ahead: 20 }, 0)).toBe(10);
  expect(receiveSize({ free: -11, ahead: 20 }, 0)).toBe(0);
  expect(receiveSize({ free: 0, ahead: 20 }, 11)).toBe(0);
});
