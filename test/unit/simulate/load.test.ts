import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../cli/usage-error.ts';
import { parseCsv } from '../../../simulate/load/parse-csv.ts';
import { parseMetric } from '../../../simulate/load/parse-metric.ts';
import { readLoad, workOfLoad } from '../../../simulate/load/read-load.ts';
import { spread } from '../../../simulate/load/spread.ts';
import { createRandom } from '../../../simulate/random.ts';

const NOON = Date.UTC(2026, 0, 31, 12) / 1000;

describe('a file of arrivals', () => {
  it.each([
    ['Unix seconds', `${NOON}\n${NOON + 1.5}\n`],
    ['Unix milliseconds', `${NOON * 1000}\n${NOON * 1000 + 1500}\n`],
    ['ISO 8601', '2026-01-31T12:00:00Z\r\n2026-01-31T12:00:01.500Z\r\n'],
    ['an offset', '2026-01-31T13:00:00+01:00\n2026-01-31T13:00:01.5+01:00'],
    ['no zone, which is UTC', '2026-01-31 12:00:00\n2026-01-31 12:00:01.5'],
    ['a header', `timestamp\n${NOON}\n\n${NOON + 1.5}`],
    ['any order', `${NOON + 1.5}\n${NOON}\n`],
  ])('has %s', (_what, text) => {
    expect(parseCsv(text, 'my.csv').map(({ at, count }) => [at - NOON, count])).toEqual([
      [0, 1],
      [1.5, 1],
    ]);
  });

  it('has counts', () => {
    const rows = parseCsv(`time,messages\n${NOON},3\n${NOON + 60},0\n"${NOON + 120}","5"\n`, 'my.csv');
    expect(rows.map(({ count }) => count)).toEqual([3, 0, 5]);
  });

  it.each([
    [
      `${NOON}\nyesterday\n`,
      'my.csv, line 2: "yesterday" is no time; expected seconds or milliseconds since 1970, or 2026-01-31T12:00:00Z.',
    ],
    [`${NOON},1\n${NOON},many\n`, 'my.csv, line 2: "many" is no count; expected a whole number that is not negative.'],
    [`${NOON},-1\n`, 'my.csv, line 1: "-1" is no count; expected a whole number that is not negative.'],
    [`${NOON},1,2\n`, 'my.csv, line 1: there are 3 columns; expected timestamp,count.'],
    ['\n\n', 'my.csv holds no arrivals; expected a timestamp, or timestamp,count, a line.'],
    ['time,count\n', 'my.csv holds no arrivals; expected a timestamp, or timestamp,count, a line.'],
    [`${NOON},0\n`, 'my.csv holds no arrivals; expected a timestamp, or timestamp,count, a line.'],
  ])('is refused with one sentence: %j', (text, sentence) => {
    expect(() => parseCsv(text, 'my.csv')).toThrow(new UsageError(sentence));
  });
});

describe('a CloudWatch export', () => {
  const data = {
    MetricDataResults: [{ Timestamps: ['2026-01-31T12:05:00Z', '2026-01-31T12:00:00Z'], Values: [7, 3] }],
  };
  const statistics = {
    Datapoints: [
      { Timestamp: '2026-01-31T12:05:00Z', Sum: 7, Unit: 'Count' },
      { Timestamp: '2026-01-31T12:00:00Z', Sum: 3, Unit: 'Count' },
    ],
  };

  it.each([
    ['get-metric-data', data],
    ['get-metric-statistics', statistics],
  ])('of %s is read in its order of time', (_command, value) => {
    expect(parseMetric(JSON.stringify(value), 'sent.json').map(({ at, count }) => [at - NOON, count])).toEqual([
      [0, 3],
      [300, 7],
    ]);
  });

  it.each([
    ['{"Datapoints": [', 'sent.json begins like JSON, and is none.'],
    ['{}', /^sent\.json is no CloudWatch export; expected/],
    ['{"Datapoints": []}', 'sent.json holds no messages.'],
    ['{"Datapoints": [{"Timestamp": "soon", "Sum": 1}]}', 'sent.json: "soon" is no time.'],
    [
      '{"MetricDataResults": [{"Timestamps": [1], "Values": []}]}',
      'sent.json has 1 timestamps and 0 values; expected as many.',
    ],
  ])('is refused with one sentence: %s', (text, sentence) => {
    expect(() => parseMetric(text, 'sent.json')).toThrow(sentence);
  });
});

describe('counts', () => {
  it('are spread over the time until the next row', () => {
    const rows = [0, 60, 120].map((at) => ({ at: NOON + at, count: 100, isMoment: false }));
    const times = spread(rows, createRandom(1));
    expect(times).toHaveLength(300);
    expect([...times].filter((time) => time < 60)).toHaveLength(100);
    expect(Math.max(...times)).toBeLessThan(180);
  });

  it('do not reach over a gap', () => {
    const rows = [0, 60, 120, 86_400].map((at) => ({ at, count: 50, isMoment: false }));
    expect([...spread(rows, createRandom(1))].filter((time) => time > 180 && time < 86_400)).toEqual([]);
  });

  it('that no memory holds are refused', () => {
    expect(() => spread([{ at: 0, count: 1e9, isMoment: false }], createRandom(1))).toThrow(
      'The load has 1,000,000,000 messages; expected at most 20,000,000.',
    );
    expect(() =>
      spread(
        [
          { at: 0, count: 1, isMoment: true },
          { at: 1e9, count: 1, isMoment: true },
        ],
        createRandom(1),
      ),
    ).toThrow('The load spans more than a year');
  });
});

describe('a load', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('becomes work that lasts until an idle service is at zero', async () => {
    const path = join(folder, 'a.csv');
    await writeFile(path, `${NOON}\n${NOON + 100}\n`);
    const work = workOfLoad(await readLoad(path), 2, 1);
    expect([...work.arrivals]).toEqual([0, 100]);
    expect(work.horizon).toBe(700);
    expect(Math.min(...work.durations)).toBeGreaterThan(0);
  });

  it('that is not there is said in one sentence', async () => {
    await expect(readLoad(join(folder, 'none.csv'))).rejects.toThrow(
      /none\.csv cannot be read \(ENOENT\); expected a file of arrivals\.$/,
    );
  });
});
