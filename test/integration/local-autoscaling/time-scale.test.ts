import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
  PutScheduledActionCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSystem, type System } from '../../../infra/local/system.ts';
import { parseTemplate } from '../../../infra/local/template/compiled-template.ts';
import { eventually } from '../../support/local-system.ts';

/** A minute of scaling in half a second. */
const TIME_SCALE = 120;
const MINUTE_MS = 60_000;

const TARGET = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** A service whose tasks do nothing but use their processor, with a policy on that and one on a queue. */
const template = parseTemplate({
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'c' } },
    TaskDefinition: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'busy',
        RequiresCompatibilities: ['FARGATE'],
        NetworkMode: 'awsvpc',
        Cpu: '256',
        Memory: '512',
        ContainerDefinitions: [{ Name: 'main', Image: 'registry.test/busy:1', Essential: true }],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        Cluster: { Ref: 'Cluster' },
        ServiceName: 'busy',
        TaskDefinition: { Ref: 'TaskDefinition' },
        LaunchType: 'FARGATE',
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-a'] } },
      },
    },
    Target: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      DependsOn: 'Service',
      Properties: { ...TARGET, ResourceId: 'service/c/busy', MinCapacity: 0, MaxCapacity: 2 },
    },
    Wake: {
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: {
        PolicyName: 'wake',
        PolicyType: 'StepScaling',
        ScalingTargetId: { Ref: 'Target' },
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ExactCapacity',
          Cooldown: 60,
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        },
      },
    },
    Load: {
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: {
        PolicyName: 'load',
        PolicyType: 'TargetTrackingScaling',
        ScalingTargetId: { Ref: 'Target' },
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 20,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        },
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } }],
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        AlarmActions: [{ Ref: 'Wake' }],
      },
    },
  },
});

let directory: string;
let system: System;
let startedAt: number;
let clients: { scaling: ApplicationAutoScalingClient; cloudwatch: CloudWatchClient; sqs: SQSClient };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-time-scale-'));
  startedAt = Date.now();
  system = await createSystem({
    template,
    stackName: 'scaled',
    region: 'us-east-1',
    directory,
    port: 0,
    lambdaUrl: 'http://127.0.0.1:1',
    images: { busy: { entryPoint: [process.execPath, '-e', 'for (;;);'], workingDirectory: directory } },
    timeScale: TIME_SCALE,
  });
  await system.start();
  const config = {
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  clients = {
    scaling: new ApplicationAutoScalingClient(config),
    cloudwatch: new CloudWatchClient(config),
    sqs: new SQSClient(config),
  };
}, 20_000);
afterEach(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy();
  await system?.stop();
  await rm(directory, { recursive: true, force: true });
}, 20_000);

async function activities() {
  const { ScalingActivities = [] } = await clients.scaling.send(new DescribeScalingActivitiesCommand(TARGET));
  return ScalingActivities;
}

test('an alarm, target tracking and a schedule go by the scaled time, messages and tasks by the wall', async () => {
  const QueueUrl = system.stack.resources.get('Queue')?.ref ?? '';
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a job' }));
  const sentAt = Date.now();

  // The alarm on the queue wakes the service, no sooner than CloudWatch would have known.
  const [woken] = await eventually('the service is woken', async () => {
    const found = await activities();
    return found.length > 0 && found;
  });
  expect(woken).toMatchObject({
    Description: 'Setting desired count to 1.',
    Cause: expect.stringMatching(/^monitor alarm \S+ in state ALARM triggered policy wake$/),
  });
  const scaledSince = (woken?.StartTime?.getTime() ?? 0) - (startedAt + (sentAt - startedAt) * TIME_SCALE);
  expect(scaledSince).toBeGreaterThan(30_000);

  // It uses its processor, which is four times what it has reserved: three readings of that, a minute apart, and there is a second task.
  const loaded = await eventually('the load is met', async () => {
    const [newest] = await activities();
    return newest?.Cause?.includes('triggered policy load') && newest.StatusCode === 'Successful' && newest;
  });
  expect(loaded).toMatchObject({
    Description: 'Setting desired count to 2.',
    StatusMessage: 'Successfully set desired count to 2. Change successfully fulfilled by ecs.',
    Cause: expect.stringContaining('TargetTracking-service/c/busy-AlarmHigh-'),
  });
  expect((loaded.StartTime?.getTime() ?? 0) - (woken?.StartTime?.getTime() ?? 0)).toBeGreaterThan(2 * MINUTE_MS);

  // A message that somebody holds stays hidden for a minute of the wall, not for one of scaling.
  const receive = { QueueUrl, VisibilityTimeout: 60 };
  expect((await clients.sqs.send(new ReceiveMessageCommand(receive))).Messages).toHaveLength(1);

  await clients.scaling.send(
    new PutScheduledActionCommand({
      ...TARGET,
      ResourceId: 'service/c/busy',
      ScheduledActionName: 'nightly',
      Schedule: 'rate(3 minutes)',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 1 },
    }),
  );
  await eventually(
    'the schedule has run',
    async () => (await activities())[0]?.Cause === 'maximum capacity was set to 1',
  );
  expect((await activities())[1]).toMatchObject({
    Description: 'Setting min capacity to 0 and max capacity to 1',
    Cause: 'scheduled action name nightly was triggered',
    StatusMessage: 'Successfully set min capacity to 0 and max capacity to 1',
    StatusCode: 'Successful',
  });
  expect((await clients.sqs.send(new ReceiveMessageCommand(receive))).Messages ?? []).toHaveLength(0);

  const { MetricAlarms = [] } = await clients.cloudwatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms.map(({ AlarmName = '' }) => AlarmName.replace(/-[\da-f-]{36}$/, ''))).toEqual([
    'TargetTracking-service/c/busy-AlarmHigh',
    'TargetTracking-service/c/busy-AlarmLow',
    expect.any(String),
  ]);
}, 60_000);
