import type { AlarmDefinition } from '../cloudwatch/alarm-definition.ts';
import type { ScalingPolicy } from './policy.ts';
import { trackingAlarms } from './target-tracking.ts';

/** Whether an alarm of a target tracking policy is the one that scales in. */
export function isLowAlarm(name: string): boolean {
  return /^TargetTracking-.*-AlarmLow-[^-]/.test(name);
}

/** The alarms that a target tracking policy owns: one to scale out, one to scale in. */
export function trackingAlarmDefinitions(policy: ScalingPolicy, id: string): AlarmDefinition[] {
  const { tracking } = policy;
  if (!tracking) return [];
  return trackingAlarms(tracking).map((alarm) => ({
    name: `TargetTracking-${policy.resourceId}-${alarm.suffix}-${id}`,
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
    actionsEnabled: true,
    actions: { OK: [], ALARM: [policy.arn], INSUFFICIENT_DATA: [] },
    queries: tracking.queries,
    singleMetric: tracking.queries.length === 1,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.evaluationPeriods,
    threshold: alarm.threshold,
    comparison: alarm.comparison,
    missingData: 'missing',
  }));
}
