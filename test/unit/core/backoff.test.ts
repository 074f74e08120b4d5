import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffSeconds } from '../../../core/backoff.ts';

it('is at least one second and never above the cap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.double({ min: 0, max: 0.999999, noNaN: true }),
      (count, random) => {
        const seconds = backoffSeconds(count, () => random);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(300);
      },
    ),
  );
});

it('doubles its bound with every try', () => {
  const bounds = [1, 2, 3, 4, 20].map((count) => backoffSeconds(count, () => 0.999999));
  expect(bounds).toEqual([5, 10, 20, 40, 300]);
});

it('spreads over the whole range below the bound', () => {
  expect(backoffSeconds(4, () => 0)).toBe(1);
  expect(backoffSeconds(4, () => 0.5)).toBe(21);
});
