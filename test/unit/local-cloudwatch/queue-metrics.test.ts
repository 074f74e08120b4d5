import { expect, test } from 'vitest';
import { queueMetrics } from '../../../infra/local/cloudwatch/sources/queue-metrics.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('a queue tells its depths as they are and its counts by the minute', () => {
  const clock = manualClock();
  const queue = { name: 'jobs', arn: 'arn', visible: 3, notVisible: 2, delayed: 1, oldestAgeSeconds: 40 };
  const counts = { sent: 5, received: 4, deleted: 3 };
  const source = queueMetrics(() => [{ ...queue, ...counts }], clock);
  const values = () => Object.fromEntries(source().map((metric) => [metric.name, metric.value]));
  expect(values()).toEqual({
    ApproximateNumberOfMessagesVisible: 3,
    ApproximateNumberOfMessagesNotVisible: 2,
    ApproximateNumberOfMessagesDelayed: 1,
    ApproximateAgeOfOldestMessage: 40,
    NumberOfMessagesSent: 5,
    NumberOfMessagesReceived: 4,
    NumberOfMessagesDeleted: 3,
  });
  expect(source()[0]).toMatchObject({ namespace: 'AWS/SQS', dimensions: { QueueName: 'jobs' }, unit: 'Count' });
  counts.sent = 7;
  clock.advance(5_000);
  expect(values().NumberOfMessagesSent).toBe(7);
  clock.advance(60_000);
  counts.sent = 8;
  expect(values().NumberOfMessagesSent).toBe(1);
  clock.advance(60_000);
  expect(values().NumberOfMessagesSent).toBe(0);
});

test('a minute that had messages keeps its deepest reading, whole, until it is over', () => {
  const clock = manualClock();
  const queue = { name: 'jobs', arn: 'arn', oldestAgeSeconds: 1, sent: 0, received: 0, deleted: 0 };
  const depth = { visible: 0, notVisible: 0, delayed: 0 };
  const source = queueMetrics(() => [{ ...queue, ...depth }], clock);
  const depths = (visible: number, notVisible: number) => {
    Object.assign(depth, { visible, notVisible });
    clock.advance(5_000);
    return source()
      .slice(0, 2)
      .map(({ value }) => value);
  };
  expect(depths(0, 0)).toEqual([0, 0]);
  expect(depths(6, 2)).toEqual([6, 2]);
  expect(depths(1, 4)).toEqual([6, 2]);
  expect(depths(0, 0)).toEqual([6, 2]);
  clock.advance(60_000);
  expect(depths(0, 0)).toEqual([0, 0]);
});
