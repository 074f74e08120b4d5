import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adjust,
  aggregate,
  chooseStep,
  decideCapacity,
  type StepScaling,
} from '../../../infra/local/autoscaling/step-scaling.ts';
import {
  type TargetTracking,
  trackedCapacity,
  trackingAlarms,
} from '../../../infra/local/autoscaling/target-tracking.ts';

const policy = (overrides: Partial<StepScaling> = {}): StepScaling => ({
  AdjustmentType: 'ExactCapacity',
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 19, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 19, MetricIntervalUpperBound: 99, ScalingAdjustment: 2 },
    { MetricIntervalLowerBound: 99, ScalingAdjustment: 4 },
  ],
  Cooldown: 60,
  MetricAggregationType: 'Average',
  ...overrides,
});

describe('the step for a metric', () => {
  const ladder = { threshold: 1, comparisonOperator: 'GreaterThanOrEqualToThreshold' };
  test.each([
    [1, 1],
    [19.9, 1],
    [20, 2],
    [99.9, 2],
    [100, 4],
    [1e9, 4],
  ])('a depth of %d asks for %d', (metric, expected) => {
    expect(chooseStep(policy(), metric, ladder)?.ScalingAdjustment).toBe(expected);
  });

  test('has exclusive lower and inclusive upper bounds below the threshold', () => {
    const down = policy({
      StepAdjustments: [
        { MetricIntervalLowerBound: -10, MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
        { MetricIntervalUpperBound: -10, ScalingAdjustment: -2 },
      ],
    });
    const low = { threshold: 40, comparisonOperator: 'LessThanOrEqualToThreshold' };
    expect([40, 39, 30.1, 30, 29].map((metric) => chooseStep(down, metric, low)?.ScalingAdjustment)).toEqual([
      -1, -1, -1, -2, -2,
    ]);
  });

  test('is none where the steps have a gap', () => {
    expect(chooseStep(policy(), 0.5, ladder)).toBeUndefined();
  });
});

describe('an adjustment', () => {
  const percent = { AdjustmentType: 'PercentChangeInCapacity' } as const;
  test.each([
    [{}, 3, 9, 3],
    [{ AdjustmentType: 'ChangeInCapacity' } as const, 3, 2, 5],
    [{ AdjustmentType: 'ChangeInCapacity' } as const, -3, 2, 0],
    // Towards zero, but never to zero: AWS's examples are 12.7, 0.67, -0.58 and -6.67.
    [percent, 10, 127, 139],
    [percent, 67, 1, 2],
    [percent, -58, 1, 0],
    [percent, -67, 10, 4],
    [{ ...percent, MinAdjustmentMagnitude: 2 }, 25, 4, 6],
    [{ ...percent, MinAdjustmentMagnitude: 2 }, -25, 4, 2],
  ])('%j of %d on %d gives %d', (overrides, by, capacity, expected) => {
    expect(adjust(policy(overrides), { ScalingAdjustment: by }, capacity)).toBe(expected);
  });
});

test('data points become one number', () => {
  expect(aggregate('Average', [1, 2, 6])).toBe(3);
  expect(aggregate('Minimum', [1, 2, 6])).toBe(1);
  expect(aggregate('Maximum', [1, 2, 6])).toBe(6);
  expect(aggregate('Average', [])).toBeUndefined();
});

describe('the capacity that comes of it', () => {
  const bounds = { minimum: 1, maximum: 10 };
  const to = (capacity: number) => () => capacity;
  const cooling = (direction: 'out' | 'in', capacityBefore: number) => ({
    ...bounds,
    lastScaling: { direction, capacityBefore, cooldownUntil: 100 },
  });

  test.each([
    ['asks for more', bounds, 2, to(5), { kind: 'scale', capacity: 5, capacityBefore: 2 }],
    ['asks for less', bounds, 5, to(2), { kind: 'scale', capacity: 2, capacityBefore: 5 }],
    ['asks for too much', bounds, 2, to(50), { kind: 'scale', capacity: 10, capacityBefore: 2 }],
    ['asks for too little', bounds, 2, to(0), { kind: 'scale', capacity: 1, capacityBefore: 2 }],
    ['is at the maximum', bounds, 10, to(50), { kind: 'stay', code: 'AlreadyAtMaxCapacity' }],
    ['is at the minimum', bounds, 1, to(0), { kind: 'stay', code: 'AlreadyAtMinCapacity' }],
    ['is there', bounds, 3, to(3), { kind: 'stay', code: 'AlreadyAtDesiredCapacity' }],
    ['is over the maximum and asks for more', bounds, 12, to(14), { kind: 'stay', code: 'AlreadyAtMaxCapacity' }],
    ['is over the maximum and asks for less', bounds, 12, to(11), { kind: 'scale', capacity: 10, capacityBefore: 12 }],
    ['is under the minimum and asks for less', bounds, 0, to(-1), { kind: 'stay', code: 'AlreadyAtMinCapacity' }],
    ['is under the minimum and asks for more', bounds, 0, to(4), { kind: 'scale', capacity: 4, capacityBefore: 0 }],
    ['asks for less too soon', cooling('out', 2), 5, to(2), { kind: 'stay', code: 'Cooldown' }],
    ['asks for less again too soon', cooling('in', 8), 5, to(2), { kind: 'stay', code: 'Cooldown' }],
    ['asks for more after less', cooling('in', 8), 5, to(6), { kind: 'scale', capacity: 6, capacityBefore: 5 }],
  ])('%s', (_what, target, current, wanted, expected) => {
    expect(decideCapacity(target, current, 50, wanted)).toEqual(expected);
  });

  test('counts what a scale-out has added already while its cooldown lasts', () => {
    const add = (count: number) => (capacity: number) => capacity + count;
    expect(decideCapacity(cooling('out', 2), 4, 50, add(2))).toEqual({
      kind: 'stay',
      code: 'AlreadyAtDesiredCapacity',
    });
    expect(decideCapacity(cooling('out', 2), 4, 50, add(3))).toEqual({ kind: 'scale', capacity: 5, capacityBefore: 2 });
    expect(decideCapacity(cooling('out', 2), 4, 100, add(2))).toEqual({
      kind: 'scale',
      capacity: 6,
      capacityBefore: 4,
    });
  });

  test('is always within the bounds', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.integer({ min: -50, max: 50 }), fc.boolean(), (current, asked, isCooling) => {
        const verdict = decideCapacity(isCooling ? cooling('out', 2) : bounds, current, 50, to(asked));
        if (verdict.kind === 'scale') {
          expect(verdict.capacity).toBeGreaterThanOrEqual(bounds.minimum);
          expect(verdict.capacity).toBeLessThanOrEqual(bounds.maximum);
          expect(verdict.capacity).not.toBe(current);
        }
      }),
    );
  });
});

describe('target tracking', () => {
  const tracking: TargetTracking = {
    TargetValue: 10,
    queries: [],
    ScaleOutCooldown: 60,
    ScaleInCooldown: 300,
    DisableScaleIn: false,
  };
  test.each([
    ['twice the target', [20, 15], 3, 6],
    ['a little over the target', [10.1], 3, 4],
    ['over the target at zero', [50], 0, 1],
    ['under the target', [4, 5], 4, 2],
    ['a quiet minute', [1, 10], 4, 4],
    ['nothing at all', [0, 0], 4, 0],
    ['no data', [], 4, 4],
  ])('%s', (_what, datapoints, capacity, expected) => {
    expect(trackedCapacity(tracking, datapoints, capacity)).toBe(expected);
  });

  test('never scales in when that is disabled', () => {
    expect(trackedCapacity({ ...tracking, DisableScaleIn: true }, [0], 4)).toBe(4);
    expect(trackingAlarms({ ...tracking, DisableScaleIn: true })).toHaveLength(1);
  });
});
