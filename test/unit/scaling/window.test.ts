import { describe, expect, it } from 'vitest';
import { drainSeconds } from '../../../core/scaling/latency-target.ts';
import type { Seen } from '../../../core/scaling/scaling.ts';
import { average, largest, reachedFor, remember } from '../../../core/scaling/window.ts';

describe('a window', () => {
  it('forgets what is older than it', () => {
    expect(
      remember(
        [
          [0, 9],
          [50, 1],
        ],
        100,
        2,
        60,
      ),
    ).toEqual([
      [50, 1],
      [100, 2],
    ]);
  });

  it('keeps at most one value for each sixtieth, the larger', () => {
    let seen: readonly Seen[] = [];
    for (let at = 0; at < 5000; at += 1) seen = remember(seen, at, at % 97, 600);
    expect(seen.length).toBeLessThanOrEqual(61);
    expect(largest(seen)).toBe(96);
  });

  it('takes what lies in the future as seen now', () => {
    expect(remember([[900, 7]], 100, 1, 60)).toEqual([[100, 7]]);
  });
});

describe('of what was seen', () => {
  it('the average weighs each value by its time', () => {
    expect(
      average([
        [0, 0],
        [10_000, 4],
        [11_000, 26],
      ]),
    ).toBeCloseTo((4 * 10 + 26) / 11, 9);
    expect(average([[0, 3]])).toBe(3);
    expect(average([])).toBe(0);
  });

  it('a value speaks for a quarter of a minute at most', () => {
    expect(
      reachedFor(
        [
          [0, 0],
          [60_000, 5],
        ],
        20_000,
      ),
    ).toBe(0);
    expect(
      reachedFor(
        [
          [0, 0],
          [60_000, 5],
          [70_000, 5],
        ],
        20_000,
      ),
    ).toBe(5);
  });

  it('a level counts that was reached for long enough altogether', () => {
    const seen: Seen[] = [
      [0, 9],
      [10_000, 9],
      [20_000, 2],
      [30_000, 9],
      [40_000, 1],
    ];
    expect(reachedFor(seen, 20_000)).toBe(9);
    expect(reachedFor(seen, 30_000)).toBe(2);
    expect(reachedFor(seen, 41_000)).toBe(0);
  });
});

describe('what the latency target leaves to work a backlog off', () => {
  it.each([
    [60, 15],
    [55, 10],
    [75, 30],
    [120, 75],
    [1, 10],
    [86_400, 120],
    [Number.NaN, 10],
  ])('of %d s are %d s', (target, expected) => {
    expect(drainSeconds(target)).toBe(expected);
  });
});
