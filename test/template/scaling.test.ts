import { describe, expect, test } from 'vitest';
import { raw, resolved } from './template.ts';

interface Step {
  readonly MetricIntervalLowerBound?: number;
  readonly MetricIntervalUpperBound?: number;
  readonly ScalingAdjustment: number;
}

const steps = (stage: 'dev' | 'prod', policy: string): Step[] =>
  raw(stage, policy).StepScalingPolicyConfiguration.StepAdjustments;

/** What Application Auto Scaling sets for a depth: the step of its distance from the threshold, within the target's bounds. */
function ladder(stage: 'dev' | 'prod'): (depth: number) => number {
  const { Threshold } = raw(stage, 'JobQueueNotEmptyAlarm');
  const { MinCapacity, MaxCapacity } = raw(stage, 'WorkerScalableTarget');
  const all = steps(stage, 'WorkerScaleOutPolicy');
  return (depth) => {
    const matching = all.filter(
      ({ MetricIntervalLowerBound: from = -Infinity, MetricIntervalUpperBound: to = Infinity }) =>
        from <= depth - Threshold && depth - Threshold < to,
    );
    if (matching.length !== 1) throw new Error(`${matching.length} steps are for a depth of ${depth}; expected one.`);
    return Math.min(MaxCapacity, Math.max(MinCapacity, matching[0]?.ScalingAdjustment ?? Number.NaN));
  };
}

describe('the ladder', () => {
  test.each([
    [1, 1],
    [19, 1],
    [20, 2],
    [99, 2],
    [100, 4],
    [400, 8],
    [1_000, 16],
    [2_000, 32],
    [4_000, 50],
    [1_000_000, 50],
  ])('wants for %d jobs %d tasks', (depth, tasks) => {
    expect(ladder('prod')(depth)).toBe(tasks);
    expect(ladder('dev')(depth)).toBe(Math.min(4, tasks));
  });

  test('never falls with depth', () => {
    const tasksFor = ladder('prod');
    const counts = Array.from({ length: 5_000 }, (_, index) => tasksFor(index + 1));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });
});

describe('the alarms', () => {
  test.each([
    ['JobQueueNotEmptyAlarm', 'GreaterThanOrEqualToThreshold', 1, 1, 'WorkerScaleOutPolicy'],
    ['JobQueueEmptyAlarm', 'LessThanOrEqualToThreshold', 0, 3, 'WorkerScaleInPolicy'],
  ])('%s looks at visible and hidden messages together', (alarm, comparison, threshold, periods, policy) => {
    const { Metrics, ...properties } = resolved('dev', alarm);
    expect(properties).toMatchObject({
      ComparisonOperator: comparison,
      Threshold: threshold,
      EvaluationPeriods: periods,
      TreatMissingData: 'notBreaching',
      AlarmActions: [policy],
    });
    const [visible, hidden, depth] = Metrics;
    expect(visible.MetricStat.Metric.MetricName).toBe('ApproximateNumberOfMessagesVisible');
    expect(hidden.MetricStat.Metric.MetricName).toBe('ApproximateNumberOfMessagesNotVisible');
    for (const { MetricStat, ReturnData } of [visible, hidden]) {
      expect(MetricStat.Metric.Dimensions).toEqual([{ Name: 'QueueName', Value: 'JobQueue.QueueName' }]);
      expect(MetricStat.Period).toBe(60);
      expect(ReturnData).toBe(false);
    }
    expect(depth).toMatchObject({ Expression: 'visible + hidden', ReturnData: true });
  });

  test('bring the service down to no task at all', () => {
    expect(steps('dev', 'WorkerScaleInPolicy')).toEqual([{ MetricIntervalUpperBound: 0, ScalingAdjustment: 0 }]);
  });
});

test('policies move the service’s count within the stage’s bounds, which is where it begins', () => {
  expect(resolved('dev', 'WorkerScalableTarget')).toMatchObject({
    ResourceId: 'service/Cluster/WorkerService.Name',
    MinCapacity: 0,
    MaxCapacity: 4,
  });
  expect(raw('prod', 'WorkerScalableTarget')).toMatchObject({ MinCapacity: 0, MaxCapacity: 50 });
  for (const stage of ['dev', 'prod', 'custom'] as const) {
    expect(raw(stage, 'WorkerService').DesiredCount).toBe(raw(stage, 'WorkerScalableTarget').MinCapacity);
  }
  expect(raw('custom', 'WorkerService').DesiredCount).toBe(1);
});
