import type { Comparison } from '../cloudwatch/alarm-definition.ts';
import type { MetricQuery } from '../cloudwatch/metric-query.ts';

export interface TargetTracking {
  readonly TargetValue: number;
  /** What is tracked: metrics and expressions of which one returns data. */
  readonly queries: readonly MetricQuery[];
  /** Seconds. */
  readonly ScaleOutCooldown: number;
  readonly ScaleInCooldown: number;
  readonly DisableScaleIn: boolean;
}

/** The rules of one of the two alarms of a target tracking policy. */
export interface TrackingAlarm {
  readonly suffix: 'AlarmHigh' | 'AlarmLow';
  readonly evaluationPeriods: number;
  readonly threshold: number;
  readonly comparison: Comparison;
}

/** Scaling in begins this far below the target, so that a service does not swing around it. */
const LOW_SHARE = 0.9;

/** Target tracking goes out after three one-minute data points and in after fifteen, as on AWS. */
export function trackingAlarms(policy: TargetTracking): TrackingAlarm[] {
  const high: TrackingAlarm = {
    suffix: 'AlarmHigh',
    evaluationPeriods: 3,
    threshold: policy.TargetValue,
    comparison: 'GreaterThanThreshold',
  };
  const low: TrackingAlarm = {
    suffix: 'AlarmLow',
    evaluationPeriods: 15,
    threshold: policy.TargetValue * LOW_SHARE,
    comparison: 'LessThanThreshold',
  };
  return policy.DisableScaleIn ? [high] : [high, low];
}

/**
 * The capacity at which the metric would meet its target, if it is shared evenly. Out on the newest data point; in on the
 * highest, so that one quiet minute takes nothing away.
 */
export function trackedCapacity(policy: TargetTracking, datapoints: readonly number[], capacity: number): number {
  const newest = datapoints[0];
  if (newest === undefined) return capacity;
  if (newest > policy.TargetValue) {
    return Math.max(capacity + 1, Math.ceil((capacity * newest) / policy.TargetValue));
  }
  if (policy.DisableScaleIn) return capacity;
  const highest = Math.max(...datapoints);
  return Math.min(capacity, Math.ceil((capacity * highest) / policy.TargetValue));
}
