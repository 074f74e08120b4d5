import type { ScalingPolicy } from './policy.ts';
import type { AlarmReading } from './step-scaling.ts';
import { trackedCapacity } from './target-tracking.ts';

/** What a policy's alarm for scaling in said last. */
export interface LowReadings {
  note(policyArn: string, reading: AlarmReading): void;
  /** Undefined while that alarm is not in ALARM. */
  of(policyArn: string): AlarmReading | undefined;
}

/** Readings in memory: an alarm repeats itself every period, so a restart misses one at most. */
export function lowReadings(isLow: (policyArn: string) => boolean): LowReadings {
  const readings = new Map<string, AlarmReading>();
  return {
    note: (policyArn, reading) => void readings.set(policyArn, reading),
    of: (policyArn) => (isLow(policyArn) ? readings.get(policyArn) : undefined),
  };
}

/**
 * The capacity that all target tracking policies of a target can do with, of those that may scale in: each has to be ready
 * for it, and the largest wins. The capacity itself when one is not ready.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function capacityTogether(policies: readonly ScalingPolicy[], low: LowReadings, capacity: number): number {
  const wanted = policies.flatMap(({ arn, tracking }) => {
    if (!tracking || tracking.DisableScaleIn) return [];
    const reading = low.of(arn);
    return [reading === undefined ? capacity : trackedCapacity(tracking, reading.datapoints, capacity)];
  });
  return Math.min(capacity, Math.max(...wanted));
}
