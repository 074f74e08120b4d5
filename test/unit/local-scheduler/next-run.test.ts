import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRun, type Recurrence } from '../../../infra/local/scheduler/next-run.ts';

function runs(expression: string, after: string, count: number, more: Partial<Recurrence> = {}): string[] {
  const recurrence = { expression, timeZone: 'UTC', anchor: Date.parse('2026-01-01T00:00:00Z'), ...more };
  const times: string[] = [];
  let last = Date.parse(after);
  while (times.length < count) {
    const next = nextRun(recurrence, last);
    if (next === undefined) break;
    times.push(new Date(next).toISOString().replace(':00.000Z', 'Z'));
    last = next;
  }
  return times;
}

const at = (text: string) => Date.parse(text);

describe('cron', () => {
  it.each([
    ['every day', '0 12 * * ? *', '2026-01-01T12:00Z', ['2026-01-02T12:00Z', '2026-01-03T12:00Z']],
    [
      'steps from a start',
      '5/20 8 * * ? *',
      '2026-01-01T00:00Z',
      ['2026-01-01T08:05Z', '2026-01-01T08:25Z', '2026-01-01T08:45Z'],
    ],
    ['weekdays by name', '0 8 ? * MON-FRI *', '2026-01-02T09:00Z', ['2026-01-05T08:00Z', '2026-01-06T08:00Z']],
    [
      'weekdays by number, Sunday is 1',
      '0 8 ? * 2-6 *',
      '2026-01-02T09:00Z',
      ['2026-01-05T08:00Z', '2026-01-06T08:00Z'],
    ],
    [
      'a list of weekdays',
      '0 8 ? * 1,7 *',
      '2026-01-01T00:00Z',
      ['2026-01-03T08:00Z', '2026-01-04T08:00Z', '2026-01-10T08:00Z'],
    ],
    [
      'the last day of the month',
      '0 0 L * ? *',
      '2026-01-31T00:00Z',
      ['2026-02-28T00:00Z', '2026-03-31T00:00Z', '2026-04-30T00:00Z'],
    ],
    ['the last day of a leap February', '0 0 L 2 ? *', '2028-01-01T00:00Z', ['2028-02-29T00:00Z', '2029-02-28T00:00Z']],
    [
      'the last weekday of the month',
      '0 0 LW * ? *',
      '2026-01-01T00:00Z',
      ['2026-01-30T00:00Z', '2026-02-27T00:00Z', '2026-03-31T00:00Z'],
    ],
    [
      'the weekday nearest the 15th',
      '0 0 15W * ? *',
      '2026-01-01T00:00Z',
      ['2026-01-15T00:00Z', '2026-02-16T00:00Z', '2026-03-16T00:00Z'],
    ],
    [
      'the weekday nearest the 1st, in the month',
      '0 0 1W * ? *',
      '2026-07-15T00:00Z',
      ['2026-08-03T00:00Z', '2026-09-01T00:00Z'],
    ],
    ['the last Friday', '15 10 ? * 6L *', '2026-01-01T00:00Z', ['2026-01-30T10:15Z', '2026-02-27T10:15Z']],
    ['L alone: Saturday', '0 0 ? * L *', '2026-01-01T00:00Z', ['2026-01-03T00:00Z', '2026-01-10T00:00Z']],
    ['the second Tuesday', '0 0 ? * 3#2 *', '2026-01-01T00:00Z', ['2026-01-13T00:00Z', '2026-02-10T00:00Z']],
    [
      'the fifth Tuesday, where there is one',
      '0 0 ? * 3#5 *',
      '2026-01-01T00:00Z',
      ['2026-03-31T00:00Z', '2026-06-30T00:00Z'],
    ],
    ['day 31', '0 0 31 * ? *', '2026-01-31T00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z', '2026-07-31T00:00Z']],
    ['29 February', '0 0 29 2 ? *', '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['months by name', '0 0 1 JAN,JUL ? *', '2026-01-02T00:00Z', ['2026-07-01T00:00Z', '2027-01-01T00:00Z']],
    ['years', '0 0 1 1 ? 2027-2028', '2026-01-02T00:00Z', ['2027-01-01T00:00Z', '2028-01-01T00:00Z']],
    ['years that are over', '0 0 1 1 ? 2019-2022', '2026-01-02T00:00Z', []],
    ['a day that never comes', '0 0 30 2 ? *', '2026-01-01T00:00Z', []],
    ['lower case names', '0 8 ? * mon *', '2026-01-01T00:00Z', ['2026-01-05T08:00Z', '2026-01-12T08:00Z']],
  ])('%s', (_name, fields, after, expected) => {
    expect(runs(`cron(${fields})`, after, Math.max(1, expected.length))).toEqual(expected);
  });

  it.each([
    ['0 12 * * ?', /expected six fields .* got 5/],
    ['0 12 * * * *', /\? in exactly one of day-of-month and day-of-week/],
    ['0 12 ? * ? *', /\? in exactly one/],
    ['60 12 * * ? *', /minute/],
    ['0 24 * * ? *', /hour/],
    ['0 12 32 * ? *', /day/],
    ['0 12 * 13 ? *', /month/],
    ['0 12 ? * 8 *', /day-of-week is 1 to 7/],
    ['0 12 ? * 0 *', /day-of-week is 1 to 7/],
    ['0 12 ? * FOO *', /day-of-week is not valid: FOO/],
    ['0 12 1 JUNE ? *', /month is not valid: JUNE/],
    ['0 12 * * ? 1969', /year is 1970 to 2199/],
    ['0 12 ?? * ? *', /day-of-month is not valid/],
    ['@daily', /expected six fields/],
  ])('refuses %s', (fields, message) => {
    expect(() => runs(`cron(${fields})`, '2026-01-01T00:00Z', 1)).toThrow(
      expect.objectContaining({ code: 'ValidationException', message: expect.stringMatching(message) }),
    );
  });
});

describe('time zones', () => {
  it.each([
    ['winter', '0 8 * * ? *', 'Europe/Berlin', '2026-01-10T00:00Z', ['2026-01-10T07:00Z']],
    ['summer', '0 8 * * ? *', 'Europe/Berlin', '2026-07-10T00:00Z', ['2026-07-10T06:00Z']],
    ['a quarter of an hour', '0 8 * * ? *', 'Asia/Kathmandu', '2026-01-10T00:00Z', ['2026-01-10T02:15Z']],
    ['the date line', '0 0 1 * ? *', 'Pacific/Kiritimati', '2026-01-10T00:00Z', ['2026-01-31T10:00Z']],
    [
      'spring: a time that does not exist is skipped',
      '30 2 * * ? *',
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      ['2026-03-28T01:30Z', '2026-03-30T00:30Z'],
    ],
    [
      'spring: every hour goes on',
      '0 * * * ? *',
      'Europe/Berlin',
      '2026-03-29T00:30Z',
      ['2026-03-29T01:00Z', '2026-03-29T02:00Z'],
    ],
    [
      'autumn: a time that comes twice fires once',
      '30 2 * * ? *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'autumn: a time that comes twice, in America',
      '30 1 * * ? *',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'autumn: after the repeated hour',
      '0/30 1,2 * * ? *',
      'America/New_York',
      '2026-11-01T05:30Z',
      ['2026-11-01T07:00Z', '2026-11-01T07:30Z'],
    ],
    [
      'autumn: asked within the second passage',
      '0/10 * * * ? *',
      'America/New_York',
      '2026-11-01T06:15Z',
      ['2026-11-01T07:00Z'],
    ],
    ['half an hour of summer time', '15 2 * * ? *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-04T15:15Z']],
  ])('%s', (_name, fields, timeZone, after, expected) => {
    expect(runs(`cron(${fields})`, after, expected.length, { timeZone })).toEqual(expected);
  });

  it('refuses a zone that is none', () => {
    expect(() => runs('cron(0 8 * * ? *)', '2026-01-01T00:00Z', 1, { timeZone: 'Mars/Olympus' })).toThrow(
      /Europe\/Berlin/,
    );
  });
});

describe('rate', () => {
  it.each([
    ['begins at once', 'rate(1 hour)', '2025-12-31T23:59:59.999Z', {}, ['2026-01-01T00:00Z', '2026-01-01T01:00Z']],
    ['counts from its making', 'rate(5 minutes)', '2026-01-01T00:07Z', {}, ['2026-01-01T00:10Z', '2026-01-01T00:15Z']],
    [
      'begins at its start date',
      'rate(2 days)',
      '2026-01-01T00:00Z',
      { startDate: at('2026-02-01T03:00Z') },
      ['2026-02-01T03:00Z', '2026-02-03T03:00Z'],
    ],
    [
      'counts from a start date in the past',
      'rate(1 day)',
      '2026-01-10T00:00Z',
      { startDate: at('2026-01-05T06:00Z') },
      ['2026-01-10T06:00Z'],
    ],
    [
      'ends at its end date',
      'rate(1 hour)',
      '2026-01-01T00:00Z',
      { endDate: at('2026-01-01T02:00Z') },
      ['2026-01-01T01:00Z', '2026-01-01T02:00Z'],
    ],
    [
      'is 24 hours long on a short day',
      'rate(1 day)',
      '2026-03-29T00:00Z',
      { timeZone: 'Europe/Berlin' },
      ['2026-03-30T00:00Z'],
    ],
  ])('%s', (_name, expression, after, more, expected) => {
    expect(runs(expression, after, expected.length, more)).toEqual(expected);
  });

  it('gives no more after its end date', () => {
    expect(runs('rate(1 hour)', '2026-01-01T00:00Z', 9, { endDate: at('2026-01-01T02:30Z') })).toHaveLength(2);
  });

  it.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(1 week)',
    'rate(-1 hours)',
    'rate(5 seconds)',
    'every hour',
  ])('refuses %s', (expression) => {
    expect(() => runs(expression, '2026-01-01T00:00Z', 1)).toThrow(/Invalid Schedule Expression/);
  });

  it('always gives a later time, on its grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 2, max: 999 }),
        (anchor, after, minutes) => {
          const next = nextRun({ expression: `rate(${minutes} minutes)`, timeZone: 'UTC', anchor }, after) ?? 0;
          expect(next).toBeGreaterThan(after);
          expect((next - anchor) % (minutes * 60_000)).toBe(0);
        },
      ),
    );
  });
});

describe('at', () => {
  it.each([
    ['fires once', 'at(2026-05-01T12:00:00)', '2026-01-01T00:00Z', {}, ['2026-05-01T12:00Z']],
    ['not when it is past', 'at(2026-05-01T12:00:00)', '2026-05-01T12:00Z', {}, []],
    [
      'in its zone',
      'at(2026-05-01T12:00:00)',
      '2026-01-01T00:00Z',
      { timeZone: 'America/New_York' },
      ['2026-05-01T16:00Z'],
    ],
    [
      'not at a time that does not exist',
      'at(2026-03-29T02:30:00)',
      '2026-01-01T00:00Z',
      { timeZone: 'Europe/Berlin' },
      [],
    ],
    [
      'whatever its dates say',
      'at(2026-05-01T12:00:00)',
      '2026-01-01T00:00Z',
      { endDate: at('2026-02-01') },
      ['2026-05-01T12:00Z'],
    ],
  ])('%s', (_name, expression, after, more, expected) => {
    expect(runs(expression, after, 2, more)).toEqual(expected);
  });

  it.each(['at(2026-02-31T12:00:00)', 'at(2026-05-01)', 'at(2026-05-01T12:00:00Z)', 'at(2026-05-01T25:00:00)'])(
    'refuses %s',
    (expression) => {
      expect(() => runs(expression, '2026-01-01T00:00Z', 1)).toThrow(/expected at\(yyyy-mm-ddThh:mm:ss\)/);
    },
  );
});

describe('for any time and zone', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/St_Johns',
  );

  it('a cron fires at the hour and minute that it names', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), zone, fc.nat(59), fc.nat(23), (after, timeZone, minute, hour) => {
        const next = nextRun({ expression: `cron(${minute} ${hour} * * ? *)`, timeZone, anchor: 0 }, after) ?? 0;
        const shown = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', minute: 'numeric' }).format(next);
        expect(next).toBeGreaterThan(after);
        expect(next - after).toBeLessThan(50 * 3_600_000);
        expect(shown).toBe(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
      }),
    );
  });
});
