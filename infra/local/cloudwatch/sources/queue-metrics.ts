import type { Clock } from '../../clock.ts';
import type { QueueDepth } from '../../sqs/index.ts';
import { type MetricSource, STANDARD_RESOLUTION_MS } from '../sampling.ts';

const COUNTERS = {
  NumberOfMessagesSent: 'sent',
  NumberOfMessagesReceived: 'received',
  NumberOfMessagesDeleted: 'deleted',
} as const;

/**
 * The AWS/SQS metrics of every queue: depths as they are, counts as what the running minute has brought.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function queueMetrics(depths: () => readonly QueueDepth[], clock: Clock): MetricSource {
  let minute = Number.NaN;
  let newest = new Map<string, QueueDepth>();
  let before = new Map<string, QueueDepth>();

  function metricsOf(queue: QueueDepth) {
    const shared = { namespace: 'AWS/SQS', dimensions: { QueueName: queue.name } };
    const count = (name: string, value: number) => ({ ...shared, name, value, unit: 'Count' });
    const base = before.get(queue.name);
    return [
      count('ApproximateNumberOfMessagesVisible', queue.visible),
      count('ApproximateNumberOfMessagesNotVisible', queue.notVisible),
      count('ApproximateNumberOfMessagesDelayed', queue.delayed),
      { ...shared, name: 'ApproximateAgeOfOldestMessage', value: queue.oldestAgeSeconds, unit: 'Seconds' },
      ...Object.entries(COUNTERS).map(([name, key]) => count(name, queue[key] - (base?.[key] ?? 0))),
    ];
  }

  return () => {
    const queues = depths();
    const present = Math.floor(clock.now() / STANDARD_RESOLUTION_MS);
    if (present !== minute) before = newest;
    minute = present;
    newest = new Map(queues.map((queue) => [queue.name, queue]));
    return queues.flatMap(metricsOf);
  };
}
