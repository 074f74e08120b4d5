import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CloudwatchService, cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import type { BusEvent, MetricDatum } from '../../../infra/local/ports.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

const POLICY = 'arn:aws:autoscaling:eu-west-1:000000000000:scalingPolicy:1:resource/ecs/service/c/s:policyName/p';
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:alerts';

const queue = (name: string) => ({
  Namespace: 'AWS/SQS',
  MetricName: name,
  Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
});

const DEPTH_ALARM = {
  AlarmName: 'depth',
  Metrics: [
    { Id: 'visible', ReturnData: false, MetricStat: { Metric: queue('Visible'), Period: 60, Stat: 'Maximum' } },
    { Id: 'hidden', ReturnData: 'false', MetricStat: { Metric: queue('Hidden'), Period: '60', Stat: 'Maximum' } },
    { Id: 'depth', Expression: 'visible + hidden' },
  ],
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: '1',
  EvaluationPeriods: 1,
  TreatMissingData: 'notBreaching',
  AlarmActions: [POLICY, TOPIC],
  OKActions: [TOPIC],
};

let directory: string;
let clock: ManualClock;
let depth: { visible: number; hidden: number };
let delivered: { arn: string; payload: Record<string, unknown> }[];
let events: BusEvent[];
let refuse: AwsError | undefined;
let service: CloudwatchService;
let close: () => void;

function boot(alarms: readonly object[] = [DEPTH_ALARM]): void {
  const database = openDatabase(directory);
  service = cloudwatchService({
    database,
    clock,
    region: 'eu-west-1',
    async deliver(target, payload) {
      if (refuse) throw refuse;
      delivered.push({ arn: target.arn, payload: JSON.parse(payload) });
    },
    publishEvent: (event) => void events.push(event),
    onError: () => {},
  });
  const dimensions = { QueueName: 'jobs' };
  service.registerSource((): MetricDatum[] => [
    { namespace: 'AWS/SQS', name: 'Visible', dimensions, value: depth.visible },
    { namespace: 'AWS/SQS', name: 'Hidden', dimensions, value: depth.hidden },
  ]);
  for (const [index, properties] of alarms.entries()) {
    const logicalId = `Alarm${index}`;
    const provider = service.providers.find(({ type }) => type === 'AWS::CloudWatch::Alarm');
    void provider?.create({ logicalId, properties, generatedName: `stack-${logicalId}`, stackName: 'stack' });
  }
  service.start?.();
  close = () => {
    void service.stop?.();
    database.close();
  };
}

const states = () => events.map((event) => (event.detail.state as { value: string }).value);
const to = (arn: string) => delivered.filter((delivery) => delivery.arn === arn);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-cloudwatch-'));
  clock = manualClock();
  depth = { visible: 0, hidden: 0 };
  delivered = [];
  events = [];
  refuse = undefined;
});
afterEach(() => {
  close();
  rmSync(directory, { recursive: true, force: true });
});

describe('an alarm on a sampled metric', () => {
  test('fires at the first sample that breaches, within the running minute', async () => {
    boot();
    clock.advance(20_000);
    await settle();
    expect(states()).toEqual(['OK']);
    depth.visible = 3;
    clock.advance(5_000);
    await settle();
    expect(states()).toEqual(['OK', 'ALARM']);
    expect(to(POLICY)).toEqual([
      {
        arn: POLICY,
        payload: {
          alarmName: 'depth',
          state: 'ALARM',
          threshold: 1,
          comparisonOperator: 'GreaterThanOrEqualToThreshold',
          datapoints: [3],
        },
      },
    ]);
    expect(to(TOPIC).map(({ payload }) => [payload.OldStateValue, payload.NewStateValue])).toEqual([
      ['INSUFFICIENT_DATA', 'OK'],
      ['OK', 'ALARM'],
    ]);
  });

  test('counts what is hidden', async () => {
    boot();
    depth.hidden = 1;
    clock.advance(5_000);
    await settle();
    expect(states().at(-1)).toBe('ALARM');
  });

  test('scales again every period while it lasts, and notifies once', async () => {
    boot();
    depth.visible = 1;
    clock.advance(5_000);
    await settle();
    depth.visible = 40;
    clock.advance(180_000);
    await settle();
    expect(to(POLICY).map(({ payload }) => payload.datapoints)).toEqual([[1], [40], [40], [40]]);
    expect(to(TOPIC).filter(({ payload }) => payload.NewStateValue === 'ALARM')).toHaveLength(1);
  });

  test('waits for all of its periods', async () => {
    const quiet = {
      ...DEPTH_ALARM,
      ComparisonOperator: 'LessThanOrEqualToThreshold',
      Threshold: 0,
      EvaluationPeriods: 3,
    };
    depth.visible = 1;
    boot([quiet]);
    depth.visible = 0;
    clock.advance(55_000);
    clock.advance(60_000);
    expect(states()).not.toContain('ALARM');
    clock.advance(60_000);
    expect(states().at(-1)).toBe('ALARM');
  });

  test('keeps one sample a minute, the newest', async () => {
    boot([
      {
        ...DEPTH_ALARM,
        Metrics: undefined,
        MetricName: 'Visible',
        Namespace: 'AWS/SQS',
        Statistic: 'Average',
        Period: 60,
        Dimensions: [{ Name: 'QueueName', Value: 'jobs' }],
      },
    ]);
    clock.advance(50_000);
    depth.visible = 1;
    clock.advance(5_000);
    expect(states().at(-1)).toBe('ALARM');
  });
});

describe('actions', () => {
  test('are tried again when the target fails', async () => {
    boot();
    refuse = new AwsError('ServiceUnavailable', 'not now', 503);
    depth.visible = 1;
    clock.advance(5_000);
    await settle();
    expect(delivered).toEqual([]);
    refuse = undefined;
    for (let second = 0; second < 40 && to(TOPIC).length < 2; second += 1) {
      clock.advance(1_000);
      await settle(2);
    }
    expect(to(TOPIC).length).toBeGreaterThan(0);
  });

  test('survive a restart between the change and the delivery', async () => {
    boot();
    depth.visible = 1;
    clock.advance(5_000);
    // Nothing has run yet: the deliveries are rows.
    close();
    delivered = [];
    boot();
    await settle();
    expect(to(TOPIC).map(({ payload }) => payload.NewStateValue)).toContain('ALARM');
  });

  test('do not run while they are not enabled', async () => {
    boot([{ ...DEPTH_ALARM, ActionsEnabled: 'false' }]);
    depth.visible = 1;
    clock.advance(70_000);
    await settle();
    expect(states()).toContain('ALARM');
    expect(delivered).toEqual([]);
  });
});

describe('a restart', () => {
  test('keeps the state of an alarm', () => {
    boot();
    depth.visible = 1;
    clock.advance(5_000);
    close();
    events = [];
    boot();
    clock.advance(30_000);
    expect(events).toEqual([]);
  });

  test('removes an alarm that the template no longer has', () => {
    boot();
    close();
    boot([]);
    depth.visible = 1;
    events = [];
    clock.advance(30_000);
    expect(events).toEqual([]);
    expect(service.alarmsWithAction(POLICY)).toEqual([]);
  });
});

test('an alarm that a caller put survives a restart', async () => {
  boot([]);
  const body = JSON.stringify({ ...DEPTH_ALARM, Dimensions: undefined });
  const answer = await service.wire?.handle(
    {
      method: 'POST',
      rawPath: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricAlarm' },
      body: Readable.from([Buffer.from(body)]),
    },
    { principal: 'test', origin: 'http://127.0.0.1', requestId: '1', signal: new AbortController().signal },
  );
  expect(answer?.status).toBe(200);
  close();
  boot([]);
  expect(service.alarmsWithAction(POLICY).map(({ name }) => name)).toEqual(['depth']);
});

describe('the state change event', () => {
  test('has the shape of CloudWatch', () => {
    boot();
    depth.visible = 2;
    clock.advance(5_000);
    const event = events.at(-1);
    expect(event).toMatchObject({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:eu-west-1:000000000000:alarm:depth'],
      detail: {
        alarmName: 'depth',
        state: { value: 'ALARM', timestamp: '2026-03-01T12:00:05.000+0000' },
        previousState: { value: 'OK' },
        configuration: {
          metrics: [
            {
              id: 'visible',
              metricStat: {
                metric: { namespace: 'AWS/SQS', name: 'Visible', dimensions: { QueueName: 'jobs' } },
                period: 60,
                stat: 'Maximum',
              },
              returnData: false,
            },
            { id: 'hidden' },
            { id: 'depth', expression: 'visible + hidden', returnData: true },
          ],
        },
      },
    });
  });
});

describe('an alarm on a sum that is put', () => {
  const errors = {
    AlarmName: 'errors',
    Namespace: 'Slipway',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 3,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };
  const fail = (value: number) => service.putMetrics([{ namespace: 'Slipway', name: 'Errors', dimensions: {}, value }]);

  test('fires as soon as the running period is over the threshold, and not back before its end', () => {
    boot([errors]);
    fail(2);
    clock.advance(5_000);
    expect(states()).toEqual(['OK']);
    fail(1);
    clock.advance(5_000);
    expect(states()).toEqual(['OK', 'ALARM']);
    clock.advance(50_000);
    fail(1);
    clock.advance(5_000);
    expect(states()).toEqual(['OK', 'ALARM']);
  });
});

describe('the template', () => {
  test.each([
    [{ ...DEPTH_ALARM, Treat: 1 }, 'property Treat is not implemented'],
    [{ ...DEPTH_ALARM, Metrics: [{ Id: 'a', Expression: 'b + 1' }] }, 'a names b, which is no query'],
    [{ ...DEPTH_ALARM, DatapointsToAlarm: 2 }, 'DatapointsToAlarm must not be greater than EvaluationPeriods'],
    [
      { ...DEPTH_ALARM, Metrics: undefined, MetricName: 'm', Namespace: 'n', Statistic: 'p99', Period: 60 },
      'the statistic p99 is not implemented',
    ],
  ])('is refused with a sentence: %#', (properties, message) => {
    boot([]);
    const provider = service.providers.find(({ type }) => type === 'AWS::CloudWatch::Alarm');
    expect(() =>
      provider?.create({ logicalId: 'Bad', properties, generatedName: 'stack-Bad', stackName: 'stack' }),
    ).toThrow(message);
  });
});
