import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../infra/local/cloudwatch/math/values.ts';
import { evaluateExpression, expressionNames, type MathScope } from '../../../infra/local/cloudwatch/metric-math.ts';

const times = [0, 60, 120, 180];
const series = (...values: (number | undefined)[]) =>
  new Map(times.flatMap((time, index) => (values[index] === undefined ? [] : [[time, values[index]] as const])));

const metrics = {
  m1: series(1, 2, undefined, 4),
  m2: series(10, undefined, 30, 40),
  zero: series(0, 0, 0, 0),
  none: new Map<number, number>(),
};

const scope: MathScope = {
  times,
  value: (id) => metrics[id as keyof typeof metrics],
  metrics: Object.entries(metrics)
    .slice(0, 2)
    .map(([id, values]) => ({ id, label: id, series: values })),
};

const shown = (value: Value) => (value instanceof Map ? times.map((time) => value.get(time)) : value);

const CASES: readonly (readonly [string, unknown])[] = [
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['2 ^ 3 ^ 2', 512],
  ['-2 ^ 2', -4],
  ['10 - 4 - 3', 3],
  ['12 / 4 / 3', 1],
  ['- -2', 2],
  ['1.5e2', 150],
  ['1 < 2 AND 2 < 1 OR 1 == 1', 1],
  ['1 > 2 || 0', 0],
  ['1 != 1 && 1', 0],
  ['m1 + 1', [2, 3, undefined, 5]],
  ['m1 + m2', [11, undefined, undefined, 44]],
  ['m2 / zero', [undefined, undefined, undefined, undefined]],
  ['-m1', [-1, -2, undefined, -4]],
  ['m1 >= 2', [0, 1, undefined, 1]],
  ['IF(m1 > 1, 100, -100)', [-100, 100, undefined, 100]],
  ['IF(m1 > 1, m2)', [undefined, undefined, undefined, 40]],
  ['IF(1, m1, m2)', [1, 2, undefined, 4]],
  ['MAX(m1)', 4],
  ['AVG(m2)', 80 / 3],
  ['SUM([m1, m2])', [11, 2, 30, 44]],
  ['MAX([m1])', [1, 2, undefined, 4]],
  ['MIN(m1, m2)', [1, 2, 30, 4]],
  ['MAX([m1, 3])', [3, 3, undefined, 4]],
  ['SUM(METRICS())', [11, 2, 30, 44]],
  ['SUM(METRICS("m1"))', [1, 2, undefined, 4]],
  ['CEIL(m1 / 3)', [1, 1, undefined, 2]],
  ['FLOOR(2.9) + ABS(0 - 3)', 5],
  ['FILL(m1, 0)', [1, 2, 0, 4]],
  ['FILL(m1, REPEAT)', [1, 2, 2, 4]],
  ['FILL(m1, LINEAR)', [1, 2, 3, 4]],
  ['FILL(m2, LINEAR)', [10, 20, 30, 40]],
  ['FILL(none, 0) + FILL(m1, 0)', [1, 2, 0, 4]],
  ['FILL(none, REPEAT)', [undefined, undefined, undefined, undefined]],
  ['IF(FILL(m1, 0) + FILL(m2, 0) >= 12, 1, 0)', [0, 0, 1, 1]],
];

describe('metric math', () => {
  test.each(CASES)('%s', (expression, expected) => {
    expect(shown(evaluateExpression(expression, scope))).toEqual(expected);
  });

  test.each([
    ['m1 +', 'it ends too early'],
    ['m1 m2', 'm2 follows after its end'],
    ['(m1', 'expected ), got the end'],
    ['m1 $ 2', '$ has no meaning at character 3'],
    ['m9 + 1', 'm9 is not the ID of a query'],
    ['ANOMALY_DETECTION_BAND(m1, 2)', 'The metric math function ANOMALY_DETECTION_BAND is not implemented'],
    ['METRICS() + METRICS()', 'two lists'],
  ])('refuses %s', (expression, message) => {
    expect(() => evaluateExpression(expression, scope)).toThrow(message);
  });

  test('names the queries that an expression reads', () => {
    expect(expressionNames('IF(a > 1, FILL(b, REPEAT), -c) + [d][0]'.replace('[0]', ''))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('computes as JavaScript does', () => {
    const operand = fc.integer({ min: 0, max: 1000 });
    const operator = fc.constantFrom('+', '-', '*');
    fc.assert(
      fc.property(fc.array(fc.tuple(operator, operand), { maxLength: 6 }), operand, (rest, first) => {
        const text = [first, ...rest.flat()].join(' ');
        expect(evaluateExpression(text, scope)).toBe(new Function(`return ${text}`)());
      }),
    );
  });
});
