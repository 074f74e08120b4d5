import {
  ApplicationAutoScalingClient,
  DeleteScheduledActionCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AutoscalingService, autoscalingService } from '../../../infra/local/autoscaling/index.ts';
import { systemClock } from '../../../infra/local/clock.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import type { BusEvent } from '../../../infra/local/ports.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';
import { until } from '../../support/until.ts';

const target = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/cluster/worker',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

let endpoint: TestEndpoint;
let client: ApplicationAutoScalingClient;
let service: AutoscalingService;
let desired: number;
let policyArn: string;
let events: BusEvent[];

beforeEach(async () => {
  desired = 0;
  events = [];
  endpoint = await serveServices((database) => {
    service = autoscalingService({
      database,
      clock: systemClock(),
      region: 'us-east-1',
      ecs: {
        desiredCount(_cluster, name) {
          if (name === 'worker') return desired;
          throw new AwsError('ServiceNotFoundException', 'Service not found.');
        },
        setDesiredCount(_cluster, _service, count) {
          desired = count;
        },
      },
      cloudwatch: { putAlarm: () => {}, alarmsWithAction: () => [{ name: 'depth', arn: 'arn:alarm', inAlarm: true }] },
      publishEvent: (event) => events.push(event),
    });
    const make = (type: string, properties: object) =>
      service.providers
        .find((provider) => provider.type === `AWS::ApplicationAutoScaling::${type}`)
        ?.create({ logicalId: type, properties, generatedName: `stack-${type}`, stackName: 'stack' });
    void make('ScalableTarget', { ...target, MinCapacity: 0, MaxCapacity: 3 });
    const created = make('ScalingPolicy', {
      PolicyName: 'ladder',
      PolicyType: 'StepScaling',
      ...target,
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        Cooldown: 0,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
      },
    });
    policyArn = created && 'ref' in created ? created.ref : '';
    return [service];
  });
  client = new ApplicationAutoScalingClient(endpoint.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

test('describes what the template made', async () => {
  const { ScalableTargets } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  expect(ScalableTargets).toMatchObject([
    { ...target, MinCapacity: 0, MaxCapacity: 3, CreationTime: expect.any(Date) },
  ]);
  const { ScalingPolicies } = await client.send(new DescribeScalingPoliciesCommand(target));
  expect(ScalingPolicies).toMatchObject([
    {
      PolicyARN: policyArn,
      PolicyName: 'ladder',
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', Cooldown: 0 },
      Alarms: [{ AlarmName: 'depth', AlarmARN: 'arn:alarm' }],
    },
  ]);
});

test('tells every scaling, and on request every refusal once', async () => {
  const message = {
    alarmName: 'depth',
    state: 'ALARM',
    threshold: 1,
    comparisonOperator: 'GreaterThanThreshold',
    datapoints: [9],
  };
  for (let round = 0; round < 4; round += 1) await service.executePolicy(policyArn, JSON.stringify(message));
  expect(desired).toBe(3);
  const scaled = await client.send(new DescribeScalingActivitiesCommand(target));
  expect(scaled.ScalingActivities?.map((activity) => activity.Description)).toEqual([
    'Setting desired count to 3.',
    'Setting desired count to 2.',
  ]);
  expect(scaled.ScalingActivities).toMatchObject([
    {
      Cause: 'monitor alarm depth in state ALARM triggered policy ladder',
      StatusCode: 'InProgress',
      StatusMessage: 'Successfully set desired count to 3. Waiting for change to be fulfilled by ecs.',
      StartTime: expect.any(Date),
    },
    {
      StatusCode: 'Overridden',
      StatusMessage: 'Successfully set desired count to 2. Found it was later changed to 3.',
      EndTime: expect.any(Date),
    },
  ]);
  const all = await client.send(
    new DescribeScalingActivitiesCommand({ ...target, IncludeNotScaledActivities: true, MaxResults: 2 }),
  );
  expect(all.ScalingActivities?.[0]).toMatchObject({
    Description: 'Attempting to scale due to alarm triggered',
    StatusCode: 'Failed',
    NotScaledReasons: [{ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 3 }],
  });
  const rest = await client.send(
    new DescribeScalingActivitiesCommand({ ...target, IncludeNotScaledActivities: true, NextToken: all.NextToken }),
  );
  expect(rest.ScalingActivities?.map((activity) => activity.Description)).toEqual(['Setting desired count to 2.']);
});

test('registers a target, brings its capacity inside, and refuses a service that is not there', async () => {
  const { ScalableTargetARN } = await client.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1 }));
  expect(ScalableTargetARN).toMatch(/^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\//);
  expect(desired).toBe(1);
  const { ScalingActivities } = await client.send(new DescribeScalingActivitiesCommand(target));
  expect(ScalingActivities?.[0]?.Cause).toBe('minimum capacity was set to 1');
  const other = { ...target, ResourceId: 'service/cluster/none', MinCapacity: 0, MaxCapacity: 1 };
  await expect(client.send(new RegisterScalableTargetCommand(other))).rejects.toMatchObject({
    name: 'ServiceNotFoundException',
  });
  expect(
    (await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))).ScalableTargets,
  ).toHaveLength(1);
});

test('runs a scheduled action that is put, and deletes it', async () => {
  const at = new Date(Date.now() + 1_500).toISOString().slice(0, 19);
  const action = { ...target, ScheduledActionName: 'soon' };
  await client.send(
    new PutScheduledActionCommand({
      ...action,
      Schedule: `at(${at})`,
      ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 9 },
    }),
  );
  const described = await client.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }));
  expect(described.ScheduledActions).toMatchObject([
    {
      ScheduledActionName: 'soon',
      Schedule: `at(${at})`,
      Timezone: 'UTC',
      ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 9 },
    },
  ]);
  await until(() => desired === 2);
  await client.send(new DeleteScheduledActionCommand(action));
  await expect(client.send(new DeleteScheduledActionCommand(action))).rejects.toMatchObject({
    name: 'ObjectNotFoundException',
  });
});

test('names what it does not scale', async () => {
  await expect(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb' }))).rejects.toMatchObject(
    {
      name: 'NotImplemented',
      message: 'Scaling of service namespace dynamodb is not implemented by the local stand-in.',
    },
  );
});
