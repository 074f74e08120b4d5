import type { LastScaling, ScalableTarget } from './scalable-target.ts';

export const ADJUSTMENT_TYPES = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;
export const AGGREGATIONS = ['Average', 'Minimum', 'Maximum'] as const;

export interface StepAdjustment {
  readonly MetricIntervalLowerBound?: number | undefined;
  readonly MetricIntervalUpperBound?: number | undefined;
  readonly ScalingAdjustment: number;
}

export interface StepScaling {
  readonly AdjustmentType: (typeof ADJUSTMENT_TYPES)[number];
  readonly StepAdjustments: readonly StepAdjustment[];
  readonly MinAdjustmentMagnitude?: number | undefined;
  /** Seconds. */
  readonly Cooldown: number;
  readonly MetricAggregationType: (typeof AGGREGATIONS)[number];
}

/** What an alarm says when it calls a policy: its newest data points and what they were compared with. */
export interface AlarmReading {
  /** Newest first. */
  readonly datapoints: readonly number[];
  readonly threshold: number;
  readonly comparisonOperator: string;
}

/** One number of an alarm's data points; undefined when it has none. */
export function aggregate(type: StepScaling['MetricAggregationType'], datapoints: readonly number[]) {
  if (datapoints.length === 0) return undefined;
  if (type === 'Minimum') return Math.min(...datapoints);
  if (type === 'Maximum') return Math.max(...datapoints);
  return datapoints.reduce((sum, value) => sum + value, 0) / datapoints.length;
}

/**
 * The step for a metric's distance from the alarm's threshold. Above the threshold lower bounds are inclusive and upper
 * bounds exclusive, below it the other way round; on the threshold the alarm's comparison decides.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html
 */
export function chooseStep(policy: StepScaling, metric: number, reading: Omit<AlarmReading, 'datapoints'>) {
  const distance = metric - reading.threshold;
  const above = distance > 0 || (distance === 0 && reading.comparisonOperator.startsWith('GreaterThan'));
  return policy.StepAdjustments.find((step) => {
    const lower = step.MetricIntervalLowerBound ?? Number.NEGATIVE_INFINITY;
    const upper = step.MetricIntervalUpperBound ?? Number.POSITIVE_INFINITY;
    return above ? distance >= lower && distance < upper : distance > lower && distance <= upper;
  });
}

/** The capacity that a step makes of a capacity, not yet within the target's bounds. */
export function adjust(policy: StepScaling, step: StepAdjustment, capacity: number): number {
  if (policy.AdjustmentType === 'ExactCapacity') return step.ScalingAdjustment;
  if (policy.AdjustmentType === 'ChangeInCapacity') return Math.max(0, capacity + step.ScalingAdjustment);
  const change = roundPercent((capacity * step.ScalingAdjustment) / 100);
  const magnitude = Math.max(Math.abs(change), policy.MinAdjustmentMagnitude ?? 0);
  return Math.max(0, capacity + Math.sign(step.ScalingAdjustment) * magnitude);
}

/** Percentages are rounded towards zero, but never to zero. */
function roundPercent(change: number): number {
  return Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
}

export type Verdict =
  | { readonly kind: 'scale'; readonly capacity: number; readonly capacityBefore: number }
  | { readonly kind: 'stay'; readonly code: NotScaledCode };

export type NotScaledCode = 'AlreadyAtMaxCapacity' | 'AlreadyAtMinCapacity' | 'AlreadyAtDesiredCapacity' | 'Cooldown';

interface Bounds extends Pick<ScalableTarget, 'minimum' | 'maximum'> {
  readonly lastScaling?: Omit<LastScaling, 'at'> | undefined;
}

/**
 * What becomes of a capacity that a policy asks for, made by `wanted` from the capacity that it starts at. While a
 * scale-out's cooldown lasts the capacity before it is the start, so that only a larger step adds more; scaling in waits
 * for the end of any cooldown.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function decideCapacity(
  target: Bounds,
  current: number,
  now: number,
  wanted: (capacity: number) => number,
): Verdict {
  const last = target.lastScaling;
  const cooling = last !== undefined && now < last.cooldownUntil;
  const start = cooling && last.direction === 'out' ? Math.min(last.capacityBefore, current) : current;
  const asked = wanted(start);
  const capacity = Math.min(target.maximum, Math.max(target.minimum, asked));
  // A capacity that somebody set outside of the bounds is brought inside only by a policy that goes the same way.
  if (asked <= current && current <= target.minimum) return { kind: 'stay', code: whyEqual(target, asked, current) };
  if (asked >= current && current >= target.maximum) return { kind: 'stay', code: whyEqual(target, asked, current) };
  if (capacity > current) return { kind: 'scale', capacity, capacityBefore: start };
  if (capacity === current) return { kind: 'stay', code: whyEqual(target, asked, current) };
  return cooling ? { kind: 'stay', code: 'Cooldown' } : { kind: 'scale', capacity, capacityBefore: current };
}

function whyEqual(target: Bounds, asked: number, current: number): NotScaledCode {
  if (asked > target.maximum && current >= target.maximum) return 'AlreadyAtMaxCapacity';
  if (asked < target.minimum && current <= target.minimum) return 'AlreadyAtMinCapacity';
  return 'AlreadyAtDesiredCapacity';
}
