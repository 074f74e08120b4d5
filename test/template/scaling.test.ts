import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../infra/profiles.ts';
import { ofType, type Properties, raw, resolved } from './template.ts';

const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';
const policiesOf = (profile: (typeof PROFILES)[number]['name']) =>
  ofType(profile, POLICY).map(({ logicalId }) => logicalId);

test('the service’s count moves within the stage’s bounds, whatever moves it, and begins at the least', () => {
  expect(resolved('dev', 'WorkerScalableTarget')).toMatchObject({
    ResourceId: 'service/Cluster/WorkerService.Name',
    MinCapacity: 0,
    MaxCapacity: 4,
  });
  expect(raw('prod', 'WorkerScalableTarget')).toMatchObject({ MinCapacity: 0, MaxCapacity: 50 });
  for (const stage of [...PROFILES.map(({ name }) => name), 'custom'] as const) {
    expect(raw(stage, 'WorkerService').DesiredCount).toBe(raw(stage, 'WorkerScalableTarget').MinCapacity);
  }
  expect(raw('custom', 'WorkerService').DesiredCount).toBe(1);
});

test('a stage has one kind of scaling: policies of Application Auto Scaling, or the function that sets the count', () => {
  const mayUpdate = (profile: (typeof PROFILES)[number]['name']) =>
    JSON.stringify(ofType(profile, 'AWS::IAM::Policy')).includes('ecs:UpdateService');
  for (const { name } of PROFILES) expect(mayUpdate(name), name).toBe(policiesOf(name).length === 0);
});

test('only a stage that wants to know it has its workers report how fast they are', () => {
  for (const { name } of PROFILES) {
    const [worker] = raw(name, 'WorkerTaskDefinition').ContainerDefinitions;
    const { Value } = worker.Environment.find(({ Name }: Properties) => Name === 'SCALER');
    const mayReport = JSON.stringify(ofType(name, 'AWS::IAM::Policy')).includes('/rates/*');
    expect([name, Value === 'on', mayReport]).toEqual([
      name,
      policiesOf(name).length === 0,
      policiesOf(name).length === 0,
    ]);
  }
});

describe('scaling steps', () => {
  interface Step {
    readonly MetricIntervalLowerBound?: number;
    readonly MetricIntervalUpperBound?: number;
    readonly ScalingAdjustment: number;
  }
  const LADDERS = [
    ['JobQueueNotEmptyAlarm', 'WorkerScaleOutPolicy'],
    ['JobQueue100Alarm', 'WorkerScaleOutPolicy100'],
    ['JobQueue1000Alarm', 'WorkerScaleOutPolicy1000'],
  ] as const;

  /** What Application Auto Scaling sets for a depth when an alarm speaks; undefined while it does not. */
  function tasksFor(alarm: string, policy: string, depth: number): number | undefined {
    const distance = depth - raw('steps', alarm).Threshold;
    if (distance < 0) return undefined;
    const steps: Step[] = raw('steps', policy).StepScalingPolicyConfiguration.StepAdjustments;
    const matching = steps.filter(
      ({ MetricIntervalLowerBound: from = -Infinity, MetricIntervalUpperBound: to = Infinity }) =>
        from <= distance && distance < to,
    );
    if (matching.length !== 1) throw new Error(`${matching.length} steps of ${policy} are for ${depth}; expected one.`);
    return matching[0]?.ScalingAdjustment;
  }

  test.each([
    [1, 1],
    [19, 1],
    [20, 2],
    [99, 2],
    [100, 4],
    [400, 8],
    [1_000, 16],
    [2_000, 32],
    // The most that the stage allows: dev has 4, which bounds all of it.
    [4_000, 4],
    [1_000_000, 4],
  ])('ask for %d jobs for %d tasks, whichever alarm speaks', (depth, tasks) => {
    const asked = LADDERS.map(([alarm, policy]) => tasksFor(alarm, policy, depth)).filter(
      (count) => count !== undefined,
    );
    expect(new Set(asked)).toEqual(new Set([tasks]));
  });

  test.each(LADDERS)('%s looks every ten seconds at what scaleService publishes, and asks %s', (alarm, policy) => {
    expect(resolved('steps', alarm)).toMatchObject({
      Namespace: 'Slipway/slipway-steps',
      MetricName: 'JobsInQueue',
      Period: 10,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [policy],
    });
    // The profile's stage is dev; the tests give each profile a stack of its own.
    const { METRIC_NAMESPACE } = raw('steps', 'ScaleServiceLambdaFunction').Environment.Variables;
    expect(METRIC_NAMESPACE).toBe('Slipway/slipway-dev');
  });

  test('bring the service down to no task at all', () => {
    expect(raw('steps', 'WorkerScaleInPolicy').StepScalingPolicyConfiguration.StepAdjustments).toEqual([
      { MetricIntervalUpperBound: 0, ScalingAdjustment: 0 },
    ]);
    expect(resolved('steps', 'JobQueueEmptyAlarm')).toMatchObject({
      MetricName: 'JobsInQueue',
      Threshold: 0,
      EvaluationPeriods: 3,
      AlarmActions: ['WorkerScaleInPolicy'],
    });
  });
});

describe('scaling backlog', () => {
  const configuration = () => resolved('backlog', 'BacklogPerTaskPolicy').TargetTrackingScalingPolicyConfiguration;

  test('tracks waiting and hidden jobs over running tasks, as much as a task does in its part of the latency target', () => {
    const { TargetValue, CustomizedMetricSpecification } = configuration();
    // Two slots, two jobs a second each, for 15 seconds.
    expect(TargetValue).toBe(60);
    const { Metrics } = CustomizedMetricSpecification;
    expect(
      Metrics.map(({ MetricStat, Expression }: Properties) => MetricStat?.Metric.MetricName ?? Expression),
    ).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
      'RunningTaskCount',
      '(visible + hidden) / IF(running > 0, running, 1)',
    ]);
    expect(Metrics.filter(({ ReturnData }: Properties) => ReturnData)).toHaveLength(1);
    // RunningTaskCount is of Container Insights.
    expect(raw('backlog', 'Cluster').ClusterSettings).toEqual([{ Name: 'containerInsights', Value: 'enabled' }]);
  });

  test('takes the first step from zero, and the last one to it, by alarms of their own', () => {
    expect(policiesOf('backlog')).toEqual(['BacklogPerTaskPolicy', 'WorkerWakePolicy', 'WorkerScaleInPolicy']);
    expect(raw('backlog', 'WorkerWakePolicy').StepScalingPolicyConfiguration).toMatchObject({
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    });
    expect(resolved('backlog', 'JobsWithoutTaskAlarm')).toMatchObject({ AlarmActions: ['WorkerWakePolicy'] });
    const [visible, hidden, depth] = resolved('backlog', 'JobQueueEmptyAlarm').Metrics;
    expect(visible.MetricStat.Metric.MetricName).toBe('ApproximateNumberOfMessagesVisible');
    expect(hidden.MetricStat.Metric.MetricName).toBe('ApproximateNumberOfMessagesNotVisible');
    expect(depth).toMatchObject({ Expression: 'visible + hidden', ReturnData: true });
  });

  test('has no function in the loop', () => {
    expect(ofType('backlog', 'AWS::Lambda::Function').map(({ logicalId }) => logicalId)).not.toContain(
      'ScaleServiceLambdaFunction',
    );
  });
});

describe('scaling load', () => {
  test('tracks CPU, memory and the requests of the target group that it is told of', () => {
    const tracked = policiesOf('load').map((policy) => {
      const { TargetValue, PredefinedMetricSpecification } = raw(
        'load',
        policy,
      ).TargetTrackingScalingPolicyConfiguration;
      return [PredefinedMetricSpecification, TargetValue];
    });
    expect(tracked).toEqual([
      [{ PredefinedMetricType: 'ECSServiceAverageCPUUtilization' }, 60],
      [{ PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' }, 80],
      [
        {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: 'app/slipway/0a1b2c3d4e5f6071/targetgroup/slipway/1a2b3c4d5e6f7081',
        },
        1_000,
      ],
    ]);
  });

  test('keeps a task, as there is nothing to measure without one', () => {
    expect(raw('load', 'WorkerScalableTarget').MinCapacity).toBe(1);
  });
});
