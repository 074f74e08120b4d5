import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

const ALARM = {
  AlarmName: 'depth',
  Namespace: 'Own',
  MetricName: 'Depth',
  Statistic: 'Maximum',
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 10,
} as const;

let endpoint: TestEndpoint;
let client: CloudWatchClient;
let clock: ManualClock;

beforeEach(async () => {
  clock = manualClock();
  endpoint = await serveServices((database) => [
    cloudwatchService({
      database,
      clock,
      region: 'us-east-1',
      cadence: { kind: 'as on AWS' },
      // A caller's clock that is a minute ahead of the wall's.
      momentOf: (wallTime) => wallTime + 60_000,
      deliver: async () => {},
      publishEvent: () => {},
    }),
  ]);
  client = new CloudWatchClient(endpoint.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

function put(Value: number, more: { StorageResolution?: number; Timestamp?: Date } = {}) {
  const MetricData = [{ MetricName: 'Depth', Value, StorageResolution: 1, ...more }];
  return client.send(new PutMetricDataCommand({ Namespace: 'Own', MetricData }));
}

async function state(): Promise<string | undefined> {
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['depth'] }));
  return MetricAlarms?.[0]?.StateValue;
}

test.each([10, 20, 30])(
  'an alarm on periods of %d s rings at the end of the second one that breaches',
  async (Period) => {
    await client.send(new PutMetricAlarmCommand({ ...ALARM, Period, EvaluationPeriods: 2 }));
    await put(20);
    clock.advance(Period * 1_000);
    expect(await state()).not.toBe('ALARM');
    await put(30);
    clock.advance(Period * 1_000 - 1);
    expect(await state()).not.toBe('ALARM');
    clock.advance(1);
    expect(await state()).toBe('ALARM');
  },
);

test('a reading counts for its whole period, at whatever second it comes', async () => {
  await client.send(new PutMetricAlarmCommand({ ...ALARM, Period: 10, EvaluationPeriods: 1 }));
  clock.advance(3_700);
  await put(20);
  clock.advance(6_300);
  expect(await state()).toBe('ALARM');
  const [StartTime, EndTime] = [new Date(clock.now() - 20_000), new Date(clock.now())];
  const { Datapoints } = await client.send(
    new GetMetricStatisticsCommand({ ...ALARM, StartTime, EndTime, Period: 10, Statistics: ['Maximum'] }),
  );
  expect(Datapoints?.map(({ Timestamp, Maximum }) => [Timestamp?.getTime(), Maximum])).toEqual([
    [clock.now() - 10_000, 20],
  ]);
});

test('a metric of standard resolution has nothing to say within its minute', async () => {
  await client.send(
    new PutMetricAlarmCommand({ ...ALARM, Period: 10, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' }),
  );
  clock.advance(50_000);
  // Known by the start of its minute alone, which is out of sight by now.
  await put(20, { StorageResolution: 60 });
  clock.advance(10_000);
  expect(await state()).toBe('OK');
});

test('a time that a caller stamps is one of the wall', async () => {
  await client.send(new PutMetricAlarmCommand({ ...ALARM, Period: 10, EvaluationPeriods: 1 }));
  await put(20, { Timestamp: new Date(clock.now() - 60_000) });
  clock.advance(10_000);
  expect(await state()).toBe('ALARM');
});

test.each([
  [{ Period: 15, EvaluationPeriods: 1 }, 'Period must be 10, 20, 30 or a multiple of 60, got 15'],
  [{ Period: 60, EvaluationPeriods: 1_441 }, 'must not be over 86400 seconds'],
])('refuses %j', async (periods, message) => {
  await expect(client.send(new PutMetricAlarmCommand({ ...ALARM, ...periods }))).rejects.toThrow(message);
});
