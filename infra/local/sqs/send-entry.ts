import { z } from 'zod';
import type { Draft } from './draft.ts';
import { integer } from './integer.ts';
import { md5OfAttributes, messageAttribute, messageAttributes } from './message-attributes.ts';
import { md5 } from './received-message.ts';

/** What SendMessage and an entry of SendMessageBatch have in common. */
export const sendEntry = z.strictObject({
  MessageBody: z.string().default(''),
  DelaySeconds: integer.optional(),
  MessageAttributes: messageAttributes.optional(),
  // The one system attribute that a sender can set: the trace header of X-Ray, kept and given to receivers.
  MessageSystemAttributes: z.strictObject({ AWSTraceHeader: messageAttribute.optional() }).optional(),
});

type SendEntry = z.infer<typeof sendEntry>;

/** An entry as a draft. */
export function draftOf(entry: SendEntry): Draft {
  return {
    body: entry.MessageBody,
    md5: md5(entry.MessageBody),
    delaySeconds: entry.DelaySeconds,
    attributes: entry.MessageAttributes,
    traceHeader: entry.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
  };
}

/** What the sender of an entry is told. */
export function sentEntry(entry: SendEntry, draft: Draft, messageId: string) {
  const trace = entry.MessageSystemAttributes?.AWSTraceHeader;
  return {
    MessageId: messageId,
    MD5OfMessageBody: draft.md5,
    MD5OfMessageAttributes: md5OfAttributes(entry.MessageAttributes ?? {}),
    MD5OfMessageSystemAttributes: trace && md5OfAttributes({ AWSTraceHeader: trace }),
  };
}
