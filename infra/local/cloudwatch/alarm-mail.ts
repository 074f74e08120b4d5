import { z } from 'zod';

/** Of an alarm's notification, what a mail says. */
const notificationSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullable(),
  NewStateValue: z.string(),
  NewStateReason: z.string(),
  OldStateValue: z.string(),
  StateChangeTime: z.string(),
  Region: z.string(),
  AlarmArn: z.string(),
});

/** What SNS is to publish: queues and functions get the message, readers of e-mails the subject and the text. */
export interface AlarmPublication {
  readonly message: string;
  readonly subject?: string;
  readonly mailText?: string;
}

/** An alarm's notification with CloudWatch's subject, and in words for e-mails; any other payload as it is. */
export function alarmPublication(payload: string): AlarmPublication {
  const parsed = notificationSchema.safeParse(parseJson(payload));
  if (!parsed.success) return { message: payload };
  const alarm = parsed.data;
  return {
    message: payload,
    subject: `${alarm.NewStateValue}: "${alarm.AlarmName}" in ${alarm.Region}`.slice(0, 100),
    mailText: [
      `The alarm ${alarm.AlarmName} went from ${alarm.OldStateValue} to ${alarm.NewStateValue}.`,
      '',
      ...(alarm.AlarmDescription ? [alarm.AlarmDescription, ''] : []),
      `Why:   ${alarm.NewStateReason}`,
      `When:  ${alarm.StateChangeTime}`,
      `Alarm: ${alarm.AlarmArn}`,
    ].join('\n'),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
