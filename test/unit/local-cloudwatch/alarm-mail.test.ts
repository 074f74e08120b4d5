import { expect, test } from 'vitest';
import { alarmPublication } from '../../../infra/local/cloudwatch/alarm-mail.ts';

const ALARM = {
  AlarmName: 'dead-letters',
  AlarmDescription: 'Jobs are in the dead-letter queue.',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 1 datapoint.',
  OldStateValue: 'OK',
  StateChangeTime: '2026-11-21T14:23:33.716+0000',
  Region: 'eu-west-1',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:dead-letters',
};

test('an alarm is a mail that a person can read, and JSON for programs', () => {
  const message = JSON.stringify(ALARM);
  expect(alarmPublication(message)).toEqual({
    message,
    subject: 'ALARM: "dead-letters" in eu-west-1',
    mailText: [
      'The alarm dead-letters went from OK to ALARM.',
      '',
      'Jobs are in the dead-letter queue.',
      '',
      'Why:   Threshold Crossed: 1 datapoint.',
      'When:  2026-11-21T14:23:33.716+0000',
      'Alarm: arn:aws:cloudwatch:eu-west-1:000000000000:alarm:dead-letters',
    ].join('\n'),
  });
});

test('a subject is at most as long as SNS takes', () => {
  const { subject } = alarmPublication(JSON.stringify({ ...ALARM, AlarmName: 'a'.repeat(200) }));
  expect(subject).toHaveLength(100);
});

test.each(['no JSON', '{"an":"event"}', 'null'])('%s is published as it is', (payload) => {
  expect(alarmPublication(payload)).toEqual({ message: payload });
});
