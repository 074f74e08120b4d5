import { expect, it } from 'vitest';
import { readOptions } from '../../../bench/options.ts';
import { type Area, isRegression, verdictOf } from '../../../bench/report/area.ts';
import { drawBars } from '../../../bench/report/draw-bars.ts';
import { benchmarksPage } from '../../../bench/report/markdown.ts';
import { figuresOf, interleave, median } from '../../../bench/samples.ts';

it('takes the middle of the samples, and of ratios that of each round', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
  // The machine was twice as slow in the second round, for both.
  const figures = figuresOf(
    new Map([
      ['a', [100, 50, 100]],
      ['b', [50, 25, 40]],
    ]),
    (value: number) => value,
  );
  expect(figures.ratio('a', 'b')).toBe(2);
  expect(figures.median('a')).toBe(100);
});

it('turns the order of the contestants from round to round', async () => {
  const order: string[] = [];
  await interleave(['a', 'b', 'c'], 3, async (name) => order.push(name));
  expect(order.join('')).toBe('abcacbcab');
});

it('says whether a goal is met, and when noise does not explain a miss', () => {
  const goal = (value: number | undefined) => ({ what: 'x', value, bound: { atLeast: 2 } }) as const;
  expect([2, 1.9, undefined, Number.NaN].map((value) => verdictOf(goal(value)))).toEqual([
    'met',
    'missed',
    'not measured',
    'not measured',
  ]);
  expect([1.3, 1.2, undefined].map((value) => isRegression(goal(value)))).toEqual([false, true, false]);
  const least = { what: 'x', value: 0.5, bound: { atMost: 0.25 } } as const;
  expect([verdictOf(least), isRegression(least), isRegression({ ...least, slack: 2 })]).toEqual([
    'missed',
    true,
    false,
  ]);
});

const AREA: Area = {
  name: 'a',
  title: 'An area',
  text: 'What was done.',
  tables: [{ head: ['who', 'how much'], rows: [['ours', '12']] }],
  charts: [{ name: 'bars', title: 'Bars <&>', unit: 'a second', bars: [{ label: 'ours', value: 12, kind: 'ours' }] }],
  goals: [
    { what: 'fast', value: 3, bound: { atLeast: 2.5 } },
    { what: 'small', value: 9, bound: { atMost: 4 }, reason: 'it is large' },
  ],
};

it('writes a page with every verdict, and why a goal is missed', () => {
  const page = benchmarksPage([AREA], {
    machine: 'a machine',
    date: '2026-01-01',
    command: 'npm run bench',
    versions: 'v',
  });
  expect(page).toContain('1 of 2 are met.');
  expect(page).toContain('| fast | ≥ 2.5 | 3.00 | **met** |');
  expect(page).toContain('| small | ≤ 4 | 9.00 | **missed**: it is large |');
  expect(page).toContain('![Bars <&>](images/bench-bars.svg)');
});

it.each(['ours', 'Ours: a label that says all there is to say of it'])('draws bars beside “%s”', (label) => {
  const bars = [
    { label, value: 100, kind: 'ours' as const },
    { label: 'a < b', value: 25, kind: 'peer' as const },
  ];
  const svg = drawBars({ name: 'x', title: 'T & U', unit: 'a second', bars });
  const drawn = [...svg.matchAll(/<rect x="(\d+)" y="\d+" width="([\d.]+)"/g)].map(([, ...sizes]) => sizes.map(Number));
  const [[left = 0, longest = 0] = [], [, shorter = 0] = []] = drawn;
  expect(shorter).toBeCloseTo(longest / 4, 0);
  expect(left).toBeGreaterThan(7 * label.length);
  expect(left + longest).toBeLessThan(700);
  expect(svg).toContain('a &lt; b');
  expect(svg).toContain('T &amp; U');
});

it('reads its options, and refuses what it does not know in one sentence', () => {
  expect(readOptions(['--quick', '--only', 'a,b'], ['a', 'b'])).toMatchObject({
    quick: true,
    only: ['a', 'b'],
    write: false,
  });
  expect(readOptions([], ['a'])).toMatchObject({ quick: false, write: true, count: 100_000 });
  expect(readOptions(['--no-write'], ['a']).write).toBe(false);
  expect(() => readOptions(['--only', 'c'], ['a', 'b'])).toThrow('There is no area "c"; expected a, b.');
  expect(() => readOptions(['--rounds', '0'], ['a'])).toThrow('--rounds takes a whole number above 0, not "0".');
});
