import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AutoscalingService, autoscalingService } from '../../../infra/local/autoscaling/index.ts';
import { type CloudwatchService, cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import type { BusEvent } from '../../../infra/local/ports.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

const RESOURCE = 'service/cluster/worker';
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: RESOURCE,
  ScalableDimension: 'ecs:service:DesiredCount',
  MinCapacity: '0',
  MaxCapacity: '4',
};
const step = (...StepAdjustments: object[]) => ({
  PolicyName: 'ladder',
  PolicyType: 'StepScaling',
  ScalingTargetId: `${RESOURCE}|ecs:service:DesiredCount|ecs`,
  StepScalingPolicyConfiguration: { AdjustmentType: 'ExactCapacity', Cooldown: 60, StepAdjustments },
});
const LADDER = step(
  { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 19, ScalingAdjustment: 1 },
  { MetricIntervalLowerBound: '19', ScalingAdjustment: '8' },
);

let directory: string;
let clock: ManualClock;
let desired: number;
let depth: number;
let cloudwatch: CloudwatchService;
let service: AutoscalingService;
let events: BusEvent[];
let close: () => void;

function boot(resources: readonly (readonly [string, string, object])[]): Record<string, string> {
  const database = openDatabase(directory);
  const shared = { database, clock, region: 'eu-west-1', onError: () => {} };
  cloudwatch = cloudwatchService({
    ...shared,
    deliver: (target, payload) => service.executePolicy(target.arn, payload),
    publishEvent: (event) => events.push(event),
  });
  service = autoscalingService({
    ...shared,
    cloudwatch,
    publishEvent: (event) => events.push(event),
    ecs: {
      desiredCount: () => desired,
      setDesiredCount: (_cluster, _service, count) => {
        desired = count;
      },
    },
  });
  close = () => {
    void service.stop?.();
    void cloudwatch.stop?.();
    database.close();
  };
  cloudwatch.registerSource(() => [{ namespace: 'Q', name: 'Depth', dimensions: {}, value: depth }]);
  const refs: Record<string, string> = {};
  for (const [logicalId, type, properties] of resources) {
    const provider = [...cloudwatch.providers, ...service.providers].find((candidate) => candidate.type === type);
    const created = provider?.create({
      logicalId,
      properties: JSON.parse(
        JSON.stringify(properties).replaceAll(/"!(\w+)"/g, (_match, id) => JSON.stringify(refs[id])),
      ),
      generatedName: `stack-${logicalId}`,
      stackName: 'stack',
    });
    if (created && 'ref' in created) refs[logicalId] = created.ref;
  }
  void cloudwatch.start?.();
  void service.start?.();
  return refs;
}

const target = (properties: object = {}) =>
  ['Target', 'AWS::ApplicationAutoScaling::ScalableTarget', { ...TARGET, ...properties }] as const;
const policy = (properties: object = LADDER) =>
  ['Policy', 'AWS::ApplicationAutoScaling::ScalingPolicy', properties] as const;
const alarm = (comparison: string, threshold: number, periods = 1, action = '!Policy', id = 'Alarm') =>
  [
    id,
    'AWS::CloudWatch::Alarm',
    {
      Namespace: 'Q',
      MetricName: 'Depth',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: periods,
      Threshold: threshold,
      ComparisonOperator: comparison,
      TreatMissingData: 'notBreaching',
      AlarmActions: [action],
    },
  ] as const;

async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 5_000) {
    clock.advance(Math.min(5_000, left));
    await settle(2);
  }
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-autoscaling-'));
  clock = manualClock();
  desired = 0;
  depth = 0;
  events = [];
});
afterEach(() => {
  close();
  rmSync(directory, { recursive: true, force: true });
});

describe('step scaling on an alarm', () => {
  test('wakes a service at zero, climbs within the maximum, and goes back to zero', async () => {
    const down = {
      ...step({ MetricIntervalUpperBound: 0, ScalingAdjustment: 0 }),
      PolicyName: 'down',
    };
    const refs = boot([
      target(),
      policy(),
      ['Down', 'AWS::ApplicationAutoScaling::ScalingPolicy', down],
      alarm('GreaterThanOrEqualToThreshold', 1),
      alarm('LessThanOrEqualToThreshold', 0, 3, '!Down', 'Empty'),
    ]);
    expect(refs.Target).toBe('service/cluster/worker|ecs:service:DesiredCount|ecs');
    expect(refs.Policy).toMatch(
      /^arn:aws:autoscaling:eu-west-1:000000000000:scalingPolicy:[\da-f-]{36}:resource\/ecs\/service\/cluster\/worker:policyName\/ladder$/,
    );
    await pass(10_000);
    expect(desired).toBe(0);
    depth = 3;
    await pass(5_000);
    expect(desired).toBe(1);
    depth = 500;
    await pass(65_000);
    expect(desired).toBe(4);
    depth = 0;
    await pass(60_000);
    expect(desired).toBe(4);
    await pass(125_000);
    expect(desired).toBe(0);
  });

  test('refuses a payload that is no alarm, and a policy that is not there', async () => {
    boot([target(), policy()]);
    await expect(service.executePolicy('arn:none', '{}')).rejects.toThrow(
      'A scaling policy was sent what no alarm sends',
    );
    const message = { alarmName: 'a', state: 'ALARM', threshold: 1, comparisonOperator: 'x', datapoints: [1] };
    await expect(service.executePolicy('arn:none', JSON.stringify(message))).rejects.toThrow(
      'No scaling policy found for ARN: arn:none.',
    );
  });

  test('leaves a suspended direction alone', async () => {
    boot([
      target({ SuspendedState: { DynamicScalingOutSuspended: true } }),
      policy(),
      alarm('GreaterThanOrEqualToThreshold', 1),
    ]);
    depth = 3;
    await pass(60_000);
    expect(desired).toBe(0);
  });
});

describe('target tracking', () => {
  test('makes its two alarms, goes out after three minutes and in after fifteen', async () => {
    const tracking = {
      PolicyName: 'track',
      PolicyType: 'TargetTrackingScaling',
      ScalingTargetId: TARGET.ResourceId,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 10,
        ScaleInCooldown: 60,
        ScaleOutCooldown: 60,
        CustomizedMetricSpecification: {
          Metrics: [
            {
              Id: 'depth',
              ReturnData: false,
              MetricStat: { Metric: { Namespace: 'Q', MetricName: 'Depth' }, Stat: 'Average' },
            },
            { Id: 'backlog', Expression: 'depth / 1', ReturnData: true },
          ],
        },
      },
    };
    desired = 1;
    depth = 10;
    const refs = boot([target(), policy(tracking)]);
    expect(
      cloudwatch.alarmsWithAction(refs.Policy ?? '').map(({ name }) => name.split('-').slice(0, 3).join('-')),
    ).toEqual(['TargetTracking-service/cluster/worker-AlarmHigh', 'TargetTracking-service/cluster/worker-AlarmLow']);
    await pass(60_000);
    depth = 20;
    await pass(110_000);
    expect(desired).toBe(1);
    await pass(20_000);
    expect(desired).toBe(2);
    depth = 1;
    await pass(13 * 60_000);
    expect(desired).toBe(2);
    await pass(3 * 60_000);
    expect(desired).toBe(1);
  });
});

/** A target tracking policy over a metric of the name `Depth`, or over another one. */
function tracking(name: string, configuration: object): readonly [string, string, object] {
  return [
    name,
    'AWS::ApplicationAutoScaling::ScalingPolicy',
    {
      PolicyName: name,
      PolicyType: 'TargetTrackingScaling',
      ScalingTargetId: TARGET.ResourceId,
      TargetTrackingScalingPolicyConfiguration: { ScaleInCooldown: 3_600, ScaleOutCooldown: 0, ...configuration },
    },
  ];
}

const custom = (MetricName: string) => ({
  CustomizedMetricSpecification: { Namespace: 'Q', MetricName, Statistic: 'Average' },
});

describe('several target tracking policies', () => {
  const POLICIES = [
    tracking('one', { TargetValue: 10, ...custom('Depth') }),
    tracking('two', { TargetValue: 10, ...custom('Width') }),
  ];
  let width: number;

  function bootBoth(policies: readonly (readonly [string, string, object])[] = POLICIES): void {
    desired = 2;
    depth = 9.5;
    width = 9.5;
    boot([target({ MaxCapacity: 20 }), ...policies]);
    cloudwatch.registerSource(() => [{ namespace: 'Q', name: 'Width', dimensions: {}, value: width }]);
  }

  test('scale out to the largest capacity that one of them wants', async () => {
    bootBoth();
    depth = 20;
    width = 60;
    await pass(5 * 60_000);
    expect(desired).toBeGreaterThanOrEqual(12);
  });

  test('scale in only when all of them are ready, to what each can do with', async () => {
    bootBoth();
    desired = 8;
    depth = 1;
    await pass(20 * 60_000);
    expect(desired).toBe(8);
    width = 5;
    await pass(15 * 60_000 + 5_000);
    expect(desired).toBe(4);
  });

  test('do not wait for one that may not scale in', async () => {
    bootBoth([POLICIES[0] ?? target(), tracking('two', { TargetValue: 10, DisableScaleIn: true, ...custom('Width') })]);
    desired = 8;
    depth = 5;
    await pass(16 * 60_000);
    expect(desired).toBe(4);
  });
});

describe('a predefined metric', () => {
  const predefined = (PredefinedMetricType: string, ResourceLabel?: string) => ({
    TargetValue: 50,
    PredefinedMetricSpecification: { PredefinedMetricType, ...(ResourceLabel ? { ResourceLabel } : {}) },
  });
  const GROUP = 'targetgroup/web/6d0ecf831eec9f09';
  const SERVICE = { ClusterName: 'cluster', ServiceName: 'worker' };

  test.each([
    ['ECSServiceAverageCPUUtilization', undefined, 'AWS/ECS', 'CPUUtilization', SERVICE],
    ['ECSServiceAverageMemoryUtilization', undefined, 'AWS/ECS', 'MemoryUtilization', SERVICE],
    [
      'ALBRequestCountPerTarget',
      `app/web/50dc6c495c0c9188/${GROUP}`,
      'AWS/ApplicationELB',
      'RequestCountPerTarget',
      { TargetGroup: GROUP },
    ],
  ])('%s is what the service itself publishes', async (type, label, namespace, name, dimensions) => {
    desired = 1;
    boot([target(), tracking('load', predefined(type, label))]);
    cloudwatch.registerSource(() => [{ namespace, name, dimensions, value: 150 }]);
    await pass(4 * 60_000);
    expect(desired).toBeGreaterThanOrEqual(3);
  });

  test.each([
    [predefined('ALBRequestCountPerTarget'), 'expected app/NAME/ID/targetgroup/NAME/ID'],
    [predefined('ECSServiceAverageCPUUtilization', 'app/a/b/targetgroup/c/d'), 'ResourceLabel belongs to'],
    [predefined('RDSReaderAverageCPUUtilization'), 'The predefined metric RDSReaderAverageCPUUtilization'],
    [{ ...predefined('ECSServiceAverageCPUUtilization'), ...custom('Depth') }, 'got both'],
  ])('is refused with a sentence: %#', (configuration, message) => {
    expect(() => boot([target(), tracking('load', configuration)])).toThrow(message);
  });
});

describe('activities', () => {
  test('are in progress until the service has its tasks, and the maximum is told of', async () => {
    boot([target(), policy(), alarm('GreaterThanOrEqualToThreshold', 1)]);
    depth = 500;
    await pass(10_000);
    expect(desired).toBe(4);
    expect(events.filter(({ source }) => source === 'aws.application-autoscaling')).toEqual([]);
    service.serviceSteady('cluster', 'worker');
    service.serviceSteady('cluster', 'worker');
    service.serviceSteady('cluster', 'another');
    expect(events.filter(({ source }) => source === 'aws.application-autoscaling')).toMatchObject([
      {
        detailType: 'Application Auto Scaling Scaling Activity State Change',
        detail: {
          oldDesiredCapacity: 0,
          newDesiredCapacity: 4,
          maxCapacity: 4,
          resourceId: RESOURCE,
          statusCode: 'Successful',
          scaledToMax: true,
          direction: 'scale-out',
        },
      },
    ]);
    expect(events.map(({ detailType }) => detailType)).toContain('CloudWatch Alarm State Change');
  });
});

describe('a boot after a run on a faster clock', () => {
  test('forgets what is yet to come: cooldowns, data points, the next run of a scheduled action', async () => {
    const ahead = manualClock(clock.now() + 40 * 3_600_000);
    const present = clock;
    clock = ahead;
    const hourly = {
      ScheduledActionName: 'hourly',
      Schedule: 'rate(1 hour)',
      ScalableTargetAction: { MinCapacity: 2 },
    };
    const resources = [
      target(),
      policy(step({ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 })),
      alarm('GreaterThanOrEqualToThreshold', 1),
    ];
    boot([target({ ScheduledActions: [hourly] })]);
    depth = 9;
    await pass(10_000);
    close();
    desired = 0;
    clock = present;
    boot([target({ ScheduledActions: [hourly] }), ...resources.slice(1)]);
    await pass(5_000);
    expect(desired).toBe(1);
    await pass(3_600_000);
    expect(desired).toBe(2);
  });
});

describe('bounds', () => {
  test('move a capacity that is outside of them', () => {
    boot([target({ MinCapacity: 2 })]);
    expect(desired).toBe(2);
    close();
    desired = 9;
    boot([target({ MinCapacity: 2 })]);
    expect(desired).toBe(4);
  });

  test('follow a scheduled action at its local time, once, and stay moved over a restart', async () => {
    const resources = [
      target({
        ScheduledActions: [
          {
            ScheduledActionName: 'morning',
            Schedule: 'cron(30 13 * * ? *)',
            Timezone: 'Europe/Paris',
            ScalableTargetAction: { MinCapacity: 3 },
          },
        ],
      }),
    ];
    boot(resources);
    clock.advance(29 * 60_000);
    expect(desired).toBe(0);
    clock.advance(60_000);
    expect(desired).toBe(3);
    close();
    desired = 0;
    boot(resources);
    expect(desired).toBe(3);
    desired = 0;
    clock.advance(3_600_000);
    expect(desired).toBe(0);
  });

  test('are forgotten with the target that the template no longer has', () => {
    boot([target({ MinCapacity: 2 })]);
    close();
    desired = 0;
    boot([]);
    expect(desired).toBe(0);
  });
});

describe('the template', () => {
  test.each([
    [target({ MaxCapacity: undefined }), 'You must specify both MinCapacity and MaxCapacity'],
    [target({ MinCapacity: 5 }), 'Maximum capacity cannot be less than minimum capacity'],
    [target({ ServiceNamespace: 'dynamodb' }), 'Scaling of service namespace dynamodb is not implemented'],
    [
      target({ ScheduledActions: [{ ScheduledActionName: 'a', Schedule: 'daily' }] }),
      'Invalid Schedule Expression daily',
    ],
    [policy(step({ ScalingAdjustment: 1, MetricIntervalLowerBound: 2, MetricIntervalUpperBound: 1 })), 'lower bound'],
    [policy(step({ ScalingAdjustment: 1 }, { ScalingAdjustment: 2, MetricIntervalLowerBound: 1 })), "can't overlap"],
    [policy({ ...LADDER, PolicyType: 'TargetTrackingScaling' }), 'expected TargetTrackingScalingPolicyConfiguration'],
  ])('is refused with a sentence: %#', (resource, message) => {
    expect(() => boot([...(resource[0] === 'Policy' ? [target()] : []), resource])).toThrow(message);
  });
});
