import { describe, expect, test } from 'vitest';
import type { MissingData } from '../../../infra/local/cloudwatch/alarm-definition.ts';
import { decideState } from '../../../infra/local/cloudwatch/alarm-state.ts';

/** `0` within the threshold, `X` over it, `-` missing; oldest first, as AWS's documentation prints them. */
const points = (pattern: string) =>
  pattern
    .split(' ')
    .map((mark, index) => ({ at: index * 60_000, value: mark === '-' ? undefined : mark === 'X' ? 9 : 0 }))
    .reverse();

const decide = (pattern: string, datapointsToAlarm: number, missingData: MissingData) =>
  decideState(
    { evaluationPeriods: 3, datapointsToAlarm, missingData, threshold: 5, comparison: 'GreaterThanThreshold' },
    points(pattern),
  );

const KEPT = 'the state is kept';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: its two tables.
const TABLE: readonly (readonly [string, number, string, string, string, string])[] = [
  ['0 - X - X', 3, 'OK', 'OK', 'OK', 'OK'],
  ['- - - - 0', 3, 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 3, 'INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK'],
  ['0 X X - X', 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 3, 'ALARM', KEPT, 'ALARM', 'OK'],
  ['0 - X - X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 2, 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 2, 'ALARM', KEPT, 'ALARM', 'OK'],
  ['- - - - X', 3, KEPT, KEPT, 'ALARM', 'OK'],
];

describe('the state of an alarm with missing data', () => {
  const rows = TABLE.flatMap(([pattern, needed, ...states]) =>
    (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(
      (missing, index) => [pattern, needed, missing, states[index]] as const,
    ),
  );
  test.each(rows)('%s, %i of 3, %s: %s', (pattern, needed, missing, expected) => {
    expect(decide(pattern, needed, missing)?.state ?? KEPT).toBe(expected);
  });
});

describe('the reason of a state', () => {
  test('names the data points, the comparison and the threshold', () => {
    expect(decide('X 0 X', 2, 'missing')?.reason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [9.0 (01/01/70 00:02:00), 9.0 (01/01/70 00:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    expect(decide('0 0 0', 3, 'missing')?.reason).toContain('3 out of the last 3 datapoints');
    expect(decide('0 0 0', 3, 'missing')?.reason).toContain(
      'were not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).',
    );
  });

  test('says what missing data was taken for', () => {
    expect(decide('- - X', 2, 'notBreaching')?.reason).toBe(
      'Threshold Crossed: 2 missing datapoints were treated as [NonBreaching] (minimum 2 datapoints for ALARM -> OK transition).',
    );
    expect(decide('- - X', 2, 'breaching')?.reason).toContain(
      '1 out of the last 3 datapoints [9.0 (01/01/70 00:02:00)] was greater than the threshold (5.0) and 2 missing datapoints were treated as [Breaching] (',
    );
  });

  test('says that there was no data', () => {
    expect(decide('- - -', 3, 'missing')?.reason).toBe('Insufficient Data: 3 datapoints were unknown.');
    expect(decide('- - -', 3, 'notBreaching')?.reason).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    );
  });
});
