import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CloudwatchService, cloudwatchService } from '../../../infra/local/cloudwatch/index.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

/** A whole minute, so that the test can count from it. */
const START = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

let directory: string;
let clock: ManualClock;
let cloudwatch: CloudwatchService;
let close: () => void;
let depth: number;
let rang: { readonly alarm: string; readonly afterSeconds: number }[];

function alarm(name: string, periods = 1): void {
  cloudwatch.putAlarm({
    name,
    actionsEnabled: true,
    actions: { OK: [], ALARM: ['arn:aws:sns:eu-west-1:000000000000:rang'], INSUFFICIENT_DATA: [] },
    queries: [
      {
        Id: 'm1',
        MetricStat: {
          Metric: { Namespace: 'Q', MetricName: 'Depth', Dimensions: {} },
          Period: 60,
          Stat: 'Maximum',
        },
        ReturnData: true,
      },
    ],
    singleMetric: true,
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    missingData: 'notBreaching',
  });
}

async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 5_000) {
    clock.advance(Math.min(5_000, left));
    await settle(2);
  }
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-pace-'));
  clock = manualClock(START);
  depth = 0;
  rang = [];
  const database = openDatabase(directory);
  cloudwatch = cloudwatchService({
    database,
    clock,
    region: 'eu-west-1',
    cadence: { kind: 'as on AWS' },
    deliver: async (_target, payload) => {
      const { AlarmName } = JSON.parse(payload);
      rang.push({ alarm: AlarmName, afterSeconds: (clock.now() - START) / 1_000 });
    },
    publishEvent: () => {},
  });
  cloudwatch.registerSource(() => [{ namespace: 'Q', name: 'Depth', dimensions: {}, value: depth }]);
  close = () => {
    void cloudwatch.stop?.();
    database.close();
  };
});
afterEach(() => {
  close();
  rmSync(directory, { recursive: true, force: true });
});

test('a reading of a minute is there half a minute after its end, and looked at in the next', async () => {
  alarm('one');
  alarm('three', 3);
  void cloudwatch.start?.();
  await pass(MINUTE + 5_000);
  depth = 5;
  await pass(5 * MINUTE);
  // Read at 2:00, published at 2:30, looked at at 3:00; the third such reading at 5:00.
  expect(rang).toEqual([
    { alarm: 'one', afterSeconds: 180 },
    { alarm: 'three', afterSeconds: 300 },
  ]);
});
