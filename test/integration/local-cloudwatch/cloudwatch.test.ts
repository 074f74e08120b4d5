import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  PutMetricStreamCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const hasCli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);

let endpoint: TestEndpoint;
let client: CloudWatchClient;
let target: ReturnType<typeof recordingDeliver>;

beforeEach(async () => {
  target = recordingDeliver();
  endpoint = await serveServices((database) => [
    cloudwatchService({
      database,
      clock: systemClock(),
      region: 'us-east-1',
      deliver: target.deliver,
      publishEvent: () => {},
    }),
  ]);
  client = new CloudWatchClient(endpoint.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const minute = Math.floor(Date.now() / 60_000) * 60_000;
const minutesAgo = (minutes: number) => new Date(minute - minutes * 60_000);
const Dimensions = [{ Name: 'Queue', Value: 'jobs' }];
const range = { StartTime: minutesAgo(10), EndTime: minutesAgo(0) };

async function putDepths(): Promise<void> {
  await client.send(
    new PutMetricDataCommand({
      Namespace: 'Slipway',
      MetricData: [
        { MetricName: 'Depth', Dimensions, Timestamp: minutesAgo(3), Value: 4, Unit: 'Count' },
        { MetricName: 'Depth', Dimensions, Timestamp: minutesAgo(3), Value: 8, Unit: 'Count' },
        { MetricName: 'Depth', Dimensions, Timestamp: minutesAgo(1), Values: [1, 2], Counts: [3, 1], Unit: 'Count' },
        {
          MetricName: 'Rate',
          Timestamp: minutesAgo(3),
          StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 1, Maximum: 5 },
        },
      ],
    }),
  );
}

describe('metrics through the SDK', () => {
  test('are put, listed and read as statistics', async () => {
    await putDepths();
    const { Metrics } = await client.send(
      new ListMetricsCommand({ Namespace: 'Slipway', Dimensions: [{ Name: 'Queue' }] }),
    );
    expect(Metrics).toEqual([{ Namespace: 'Slipway', MetricName: 'Depth', Dimensions }]);
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Slipway',
        MetricName: 'Depth',
        Dimensions,
        ...range,
        Period: 60,
        Statistics: ['Average', 'Maximum', 'SampleCount'],
      }),
    );
    expect(Datapoints).toEqual([
      { Timestamp: minutesAgo(3), Unit: 'Count', Average: 6, Maximum: 8, SampleCount: 2 },
      { Timestamp: minutesAgo(1), Unit: 'Count', Average: 1.25, Maximum: 2, SampleCount: 4 },
    ]);
  });

  test('are read with metric math, newest first', async () => {
    await putDepths();
    const stat = (MetricName: string, Stat: string, dimensions: typeof Dimensions) => ({
      Metric: { Namespace: 'Slipway', MetricName, Dimensions: dimensions },
      Period: 60,
      Stat,
    });
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [
          { Id: 'depth', MetricStat: stat('Depth', 'Sum', Dimensions) },
          { Id: 'rate', MetricStat: stat('Rate', 'Average', []), ReturnData: false },
          { Id: 'wait', Expression: 'IF(FILL(rate, 0) > 0, depth / rate, -1)', Label: 'Wait' },
        ],
      }),
    );
    expect(MetricDataResults).toEqual([
      {
        Id: 'depth',
        Label: 'Depth',
        Timestamps: [minutesAgo(1), minutesAgo(3)],
        Values: [5, 12],
        StatusCode: 'Complete',
      },
      expect.objectContaining({ Id: 'wait', Label: 'Wait' }),
    ]);
    const wait = MetricDataResults?.[1];
    const at = (time: Date) => wait?.Values?.[wait.Timestamps?.findIndex((stamp) => +stamp === +time) ?? -1];
    expect([at(minutesAgo(3)), at(minutesAgo(2))]).toEqual([4, -1]);
  });

  test('arrive compressed when there are many', async () => {
    const MetricData = Array.from({ length: 400 }, (_, index) => ({
      MetricName: `many-${index}`,
      Value: index,
      Dimensions,
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Slipway', MetricData }));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'Slipway' }));
    expect(Metrics).toHaveLength(400);
  });

  test('are all refused when one is wrong', async () => {
    const MetricData = [{ MetricName: 'good', Value: 1 }, { MetricName: 'bad' }];
    await expect(client.send(new PutMetricDataCommand({ Namespace: 'Slipway', MetricData }))).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
      message: 'bad: expected one of Value, Values and StatisticValues, got 0.',
    });
    const { Metrics } = await client.send(new ListMetricsCommand({}));
    expect(Metrics).toEqual([]);
  });
});

describe('alarms through the SDK', () => {
  const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';
  const alarm = {
    AlarmName: 'depth',
    Namespace: 'Slipway',
    MetricName: 'Depth',
    Dimensions,
    Statistic: 'Maximum' as const,
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold' as const,
    AlarmActions: [TOPIC],
  };

  test('are put, described, set, and tell what happened', async () => {
    await client.send(new PutMetricAlarmCommand(alarm));
    const before = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'de' }));
    expect(before.MetricAlarms?.[0]).toMatchObject({
      ...alarm,
      StateValue: 'INSUFFICIENT_DATA',
      TreatMissingData: 'missing',
    });
    expect(before.MetricAlarms?.[0]?.StateUpdatedTimestamp).toBeInstanceOf(Date);
    await client.send(new SetAlarmStateCommand({ AlarmName: 'depth', StateValue: 'ALARM', StateReason: 'a drill' }));
    const delivered = await until(() => target.delivered[0]);
    expect(delivered.arn).toBe(TOPIC);
    expect(JSON.parse(delivered.payload)).toMatchObject({
      AlarmName: 'depth',
      NewStateValue: 'ALARM',
      NewStateReason: 'a drill',
      Trigger: {
        MetricName: 'Depth',
        Statistic: 'MAXIMUM',
        Dimensions: [{ name: 'Queue', value: 'jobs' }],
        Threshold: 5,
      },
    });
    const { AlarmHistoryItems } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'depth' }));
    expect(AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
      `Successfully executed action ${TOPIC}`,
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "depth" created',
    ]);
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    const arn = MetricAlarms?.[0]?.AlarmArn;
    expect(await client.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).toMatchObject({ Tags: [] });
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['depth'] }));
    expect((await client.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  });

  test('that are not there are answered in AWS words', async () => {
    const set = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' });
    await expect(client.send(set)).rejects.toMatchObject({
      name: 'ResourceNotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

test('an operation that is not there is named', async () => {
  const stream = new PutMetricStreamCommand({ Name: 's', FirehoseArn: 'f', RoleArn: 'r', OutputFormat: 'json' });
  await expect(client.send(stream)).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'Operation monitoring:PutMetricStream is not implemented by the local stand-in.',
  });
});

test('a client that speaks CBOR is told so', async () => {
  const response = await fetch(
    `${endpoint.clientConfig.endpoint}/service/GraniteServiceVersion20100801/operation/PutMetricData`,
    {
      method: 'POST',
      headers: {
        'smithy-protocol': 'rpc-v2-cbor',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, Signature=0',
      },
    },
  );
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('Operation monitoring:PutMetricData in CBOR is not implemented');
});

describe('the Query protocol of older clients', () => {
  async function query(form: Record<string, string>): Promise<{ status: number; text: string }> {
    const response = await fetch(endpoint.clientConfig.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, Signature=0',
      },
      body: new URLSearchParams({ Version: '2010-08-01', ...form }),
    });
    return { status: response.status, text: await response.text() };
  }

  test('puts and reads metrics', async () => {
    await query({
      Action: 'PutMetricData',
      Namespace: 'Slipway',
      'MetricData.member.1.MetricName': 'Depth',
      'MetricData.member.1.Value': '2.5',
      'MetricData.member.1.Timestamp': minutesAgo(1).toISOString(),
      'MetricData.member.1.Dimensions.member.1.Name': 'Queue',
      'MetricData.member.1.Dimensions.member.1.Value': 'jobs',
    });
    const { text } = await query({
      Action: 'GetMetricStatistics',
      Namespace: 'Slipway',
      MetricName: 'Depth',
      'Dimensions.member.1.Name': 'Queue',
      'Dimensions.member.1.Value': 'jobs',
      StartTime: minutesAgo(5).toISOString(),
      EndTime: minutesAgo(0).toISOString(),
      Period: '60',
      'Statistics.member.1': 'Sum',
    });
    expect(text).toContain(
      `<Datapoints><member><Timestamp>${minutesAgo(1).toISOString()}</Timestamp><Unit>None</Unit><Sum>2.5</Sum></member></Datapoints>`,
    );
  });

  test('has its own names of errors', async () => {
    const { status, text } = await query({
      Action: 'PutMetricData',
      Namespace: 'AWS/SQS',
      'MetricData.member.1.MetricName': 'm',
      'MetricData.member.1.Value': '1',
    });
    expect(status).toBe(400);
    expect(text).toContain('<Code>InvalidParameterValue</Code>');
  });
});

describe.skipIf(!hasCli)('the aws CLI', () => {
  async function aws(...args: string[]): Promise<unknown> {
    const { stdout } = await run(
      'aws',
      [
        '--endpoint-url',
        endpoint.clientConfig.endpoint,
        '--region',
        'us-east-1',
        '--output',
        'json',
        'cloudwatch',
        ...args,
      ],
      { env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } },
    );
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  test('puts and reads a metric', async () => {
    const at = minutesAgo(1).toISOString();
    await aws('put-metric-data', '--namespace', 'Slipway', '--metric-name', 'Depth', '--value', '3', '--timestamp', at);
    const period = ['--start-time', minutesAgo(5).toISOString(), '--end-time', minutesAgo(0).toISOString()];
    const answer = await aws(
      ...['get-metric-statistics', '--namespace', 'Slipway', '--metric-name', 'Depth', ...period],
      ...['--period', '60', '--statistics', 'Sum'],
    );
    expect(answer).toMatchObject({ Label: 'Depth', Datapoints: [{ Sum: 3, Unit: 'None' }] });
  });
});
