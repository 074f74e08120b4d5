import type { DeliveryAttempt } from '../outbox/target-delivery.ts';
import type { MetricDatum } from '../ports.ts';

/**
 * What an attempt to invoke a target counts in AWS/Scheduler, by schedule group.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 */
export function groupMetrics({ sourceArn, outcome, hasDeadLetterQueue }: DeliveryAttempt): MetricDatum[] {
  const dimensions = { ScheduleGroup: sourceArn.split('/').at(-2) ?? '' };
  const one = (name: string) => ({ namespace: 'AWS/Scheduler', name, dimensions, value: 1, unit: 'Count' });
  const attempt = [one('InvocationAttemptCount')];
  if (outcome === 'delivered') return attempt;
  if (outcome === 'failed') return [...attempt, one('TargetErrorCount')];
  const end = hasDeadLetterQueue ? 'InvocationsSentToDeadLetterCount' : 'InvocationDroppedCount';
  return [...attempt, one('TargetErrorCount'), one(end)];
}
