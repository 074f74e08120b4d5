import type { Clock } from '../../clock.ts';
import type { QueueDepth } from '../../sqs/index.ts';
import { type MetricSource, STANDARD_RESOLUTION_MS } from '../sampling.ts';

const COUNTERS = {
  NumberOfMessagesSent: 'sent',
  NumberOfMessagesReceived: 'received',
  NumberOfMessagesDeleted: 'deleted',
} as const;

/**
 * The AWS/SQS metrics of every queue: depths as they were when the running minute was at its deepest, counts as what it
 * has brought. On AWS a minute has one reading, and one that has seen messages is not taken back when they are gone: the
 * alarm on an empty queue would see three empty minutes at the end of a first, short job.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function queueMetrics(depths: () => readonly QueueDepth[], clock: Clock): MetricSource {
  let minute = Number.NaN;
  let newest = new Map<string, QueueDepth>();
  let before = new Map<string, QueueDepth>();
  let deepest = new Map<string, QueueDepth>();

  function metricsOf(queue: QueueDepth) {
    const shared = { namespace: 'AWS/SQS', dimensions: { QueueName: queue.name } };
    const count = (name: string, value: number) => ({ ...shared, name, value, unit: 'Count' });
    const base = before.get(queue.name);
    const depth = deepest.get(queue.name) ?? queue;
    return [
      count('ApproximateNumberOfMessagesVisible', depth.visible),
      count('ApproximateNumberOfMessagesNotVisible', depth.notVisible),
      count('ApproximateNumberOfMessagesDelayed', depth.delayed),
      { ...shared, name: 'ApproximateAgeOfOldestMessage', value: depth.oldestAgeSeconds, unit: 'Seconds' },
      ...Object.entries(COUNTERS).map(([name, key]) => count(name, queue[key] - (base?.[key] ?? 0))),
    ];
  }

  return () => {
    const queues = depths();
    const present = Math.floor(clock.now() / STANDARD_RESOLUTION_MS);
    if (present !== minute) {
      before = newest;
      deepest = new Map();
    }
    minute = present;
    newest = new Map(queues.map((queue) => [queue.name, queue]));
    for (const queue of queues) {
      const known = deepest.get(queue.name);
      if (known === undefined || messagesIn(queue) >= messagesIn(known)) deepest.set(queue.name, queue);
    }
    return queues.flatMap(metricsOf);
  };
}

function messagesIn({ visible, notVisible, delayed }: QueueDepth): number {
  return visible + notVisible + delayed;
}
