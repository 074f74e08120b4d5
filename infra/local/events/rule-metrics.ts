import type { DeliveryAttempt } from '../outbox/target-delivery.ts';
import type { MetricDatum } from '../ports.ts';

/**
 * What an attempt to deliver counts in AWS/Events, by rule.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function ruleMetrics({ sourceArn, outcome, hasDeadLetterQueue }: DeliveryAttempt): MetricDatum[] {
  const dimensions = { RuleName: sourceArn.split('/').at(-1) ?? '' };
  const one = (name: string) => ({ namespace: 'AWS/Events', name, dimensions, value: 1, unit: 'Count' });
  if (outcome === 'delivered') return [one('Invocations')];
  if (outcome === 'failed') return [one('RetryInvocationAttempts')];
  return [one('FailedInvocations'), ...(hasDeadLetterQueue ? [one('InvocationsSentToDlq')] : [])];
}
