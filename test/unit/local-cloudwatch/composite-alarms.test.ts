import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CloudwatchService, cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import type { BusEvent } from '../../../infra/local/ports.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:alerts';

let directory: string;
let database: DatabaseSync;
let clock: ManualClock;
let service: CloudwatchService;
let mails: Record<string, unknown>[];
let events: BusEvent[];
let changed: string[];
let values: Record<string, number | undefined>;

const metricAlarm = (MetricName: string, more: object = {}) => ({
  AlarmName: MetricName,
  Namespace: 'Test',
  MetricName,
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
  TreatMissingData: 'notBreaching',
  ...more,
});

async function create(type: string, properties: object): Promise<void> {
  const provider = service.providers.find((candidate) => candidate.type === type);
  await provider?.create({ logicalId: 'X', generatedName: 'stack-X', stackName: 'stack', properties });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-composite-'));
  database = openDatabase(directory);
  clock = manualClock();
  [mails, events, changed, values] = [[], [], [], {}];
  service = cloudwatchService({
    database,
    clock,
    region: 'eu-west-1',
    deliver: async (_target, payload) => void mails.push(JSON.parse(payload)),
    publishEvent: (event) => void events.push(event),
    onAlarmChanged: (name) => void changed.push(name),
  });
  service.registerSource(() =>
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [{ namespace: 'Test', name, dimensions: {}, value }],
    ),
  );
  await create('AWS::CloudWatch::Alarm', metricAlarm('waiting'));
  await create('AWS::CloudWatch::Alarm', metricAlarm('missing', { TreatMissingData: 'breaching' }));
  await create('AWS::CloudWatch::CompositeAlarm', {
    AlarmName: 'stuck',
    AlarmDescription: 'work waits and nobody does it',
    AlarmRule: 'ALARM("waiting") AND ALARM("missing")',
    AlarmActions: [TOPIC],
  });
  service.start?.();
});

afterEach(async () => {
  await service.stop?.();
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

async function pass(): Promise<void> {
  clock.advance(60_000);
  await settle();
}

test('is in ALARM while its rule holds, and tells of it once', async () => {
  await pass();
  expect(service.findAlarm('stuck')).toEqual({ inAlarm: false, windowMs: 0 });
  expect(service.findAlarm('missing')).toEqual({ inAlarm: true, windowMs: 60_000 });
  expect(mails).toEqual([]);

  values.waiting = 1;
  await pass();
  await pass();
  expect(service.findAlarm('stuck')?.inAlarm).toBe(true);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({
    AlarmName: 'stuck',
    AlarmDescription: 'work waits and nobody does it',
    NewStateValue: 'ALARM',
    AlarmRule: 'ALARM("waiting") AND ALARM("missing")',
    TriggeringChildren: [{ State: { Value: 'ALARM' } }, { State: { Value: 'ALARM' } }],
  });
  expect(mails[0]?.NewStateReason).toMatch(/alarm:waiting transitioned to ALARM at /);

  values.missing = 0;
  await pass();
  expect(service.findAlarm('stuck')?.inAlarm).toBe(false);
  expect(mails).toHaveLength(1);
});

test('is an event and a change as any other alarm', async () => {
  values.waiting = 1;
  await pass();
  const event = events.find(
    ({ detail }) => detail.alarmName === 'stuck' && (detail.state as { value: string }).value === 'ALARM',
  );
  expect(event?.detail.configuration).toEqual({
    description: 'work waits and nobody does it',
    alarmRule: 'ALARM("waiting") AND ALARM("missing")',
  });
  expect(changed).toContain('stuck');
});

test('is refused with a rule that cannot be read', async () => {
  await expect(create('AWS::CloudWatch::CompositeAlarm', { AlarmName: 'bad', AlarmRule: 'ALARM(' })).rejects.toThrow(
    /AlarmRule "ALARM\("/,
  );
});
