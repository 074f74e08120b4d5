import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../infra/local/database.ts';
import { type LogsService, logsService } from '../../../infra/local/logs/index.ts';
import type { MetricDatum } from '../../../infra/local/ports.ts';
import { manualClock } from '../../support/manual-clock.ts';

let directory: string;
let database: DatabaseSync;
let counted: MetricDatum[];
let logs: LogsService;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-filter-'));
  database = openDatabase(directory);
  counted = [];
  logs = logsService({
    database,
    clock: manualClock(),
    region: 'eu-west-1',
    putMetrics: (data) => void counted.push(...data),
  });
});

afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

async function filter(more: object = {}): Promise<void> {
  const provider = logs.providers.find(({ type }) => type === 'AWS::Logs::MetricFilter');
  const properties = {
    LogGroupName: 'worker',
    FilterPattern: '{ $.message = "job put back" }',
    MetricTransformations: [{ MetricNamespace: 'Test', MetricName: 'PutBack', MetricValue: '1', ...more }],
  };
  await provider?.create({ logicalId: 'Filter', generatedName: 'stack-Filter', stackName: 'stack', properties });
}

const append = (group: string, ...messages: string[]) =>
  logs.append(
    group,
    'stream',
    messages.map((message) => ({ timestamp: 1, message })),
  );
const PUT_BACK = '{"message":"job put back"}';
const datum = { namespace: 'Test', name: 'PutBack', dimensions: {}, value: 1, unit: 'None' };

test('counts the lines of its group that it wants', async () => {
  await filter();
  append('worker', PUT_BACK, '{"message":"job settled"}', 'no JSON', PUT_BACK);
  append('another', PUT_BACK);
  expect(counted).toEqual([datum, datum]);
});

test('takes the value from a member of the line, and none where it is no number', async () => {
  await filter({ MetricValue: '$.seconds' });
  append('worker', '{"message":"job put back","seconds":2.5}', PUT_BACK, '{"message":"job put back","seconds":"x"}');
  expect(counted).toEqual([{ ...datum, value: 2.5 }]);
});

test('counts what it does not want with its default value', async () => {
  await filter({ DefaultValue: 0 });
  append('worker', 'no JSON', PUT_BACK);
  expect(counted.map(({ value }) => value)).toEqual([0, 1]);
});

test('put twice, as on every boot, counts once', async () => {
  await filter();
  await filter();
  append('worker', PUT_BACK);
  expect(counted).toEqual([datum]);
});

test('with a value that is neither a number nor a member is refused', async () => {
  await expect(filter({ MetricValue: '$[0]' })).rejects.toThrow('expected a number, or a member of the line');
});
