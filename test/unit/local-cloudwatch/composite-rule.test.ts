import { describe, expect, test } from 'vitest';
import type { State } from '../../../infra/local/cloudwatch/alarm-definition.ts';
import { alarmsIn, holds, parseRule } from '../../../infra/local/cloudwatch/composite-rule.ts';

const STATES: Readonly<Record<string, State>> = { red: 'ALARM', green: 'OK', grey: 'INSUFFICIENT_DATA' };
const value = (rule: string) => holds(parseRule(rule), (alarm) => STATES[alarm] ?? 'INSUFFICIENT_DATA');

describe('a rule of a composite alarm', () => {
  test.each([
    ['ALARM("red")', true],
    ['ALARM(green)', false],
    ['OK(green)', true],
    ['INSUFFICIENT_DATA(grey)', true],
    ['ALARM("arn:aws:cloudwatch:eu-west-1:000000000000:alarm:red")', true],
    ['NOT ALARM(red)', false],
    ['NOT ALARM(green) AND ALARM(red)', true],
    ['ALARM(red) AND OK(red)', false],
    ['ALARM(green) OR ALARM(red)', true],
    // AND is tighter than OR.
    ['ALARM(red) OR ALARM(red) AND FALSE', true],
    ['(ALARM(red) OR ALARM(red)) AND FALSE', false],
    ['TRUE', true],
  ])('%s is %s', (rule, expected) => {
    expect(value(rule)).toBe(expected);
  });

  test('names its alarms once each', () => {
    expect(alarmsIn(parseRule('ALARM(a) AND (OK(b) OR NOT ALARM("a"))'))).toEqual(['a', 'b']);
  });

  test.each(['ALARM(', 'ALARM red', 'RED(a)', 'ALARM(a) ALARM(b)', 'ALARM(a) AND', '(ALARM(a)', 'ALARM(a) & ALARM(b)'])(
    '%s cannot be read',
    (rule) => {
      expect(() => parseRule(rule)).toThrow(/^AlarmRule /);
    },
  );
});
