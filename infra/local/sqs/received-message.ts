import { hash } from 'node:crypto';
import { chooseAttributes, type MessageAttributes, md5OfAttributes } from './message-attributes.ts';
import type { Received } from './messages.ts';

/** MD5 in hexadecimal: SDKs compare it with what arrived. */
export function md5(text: string): string {
  return hash('md5', text);
}

/** Every system attribute of a received message. */
export function systemAttributes(received: Received): Record<string, string> {
  const { row } = received;
  return {
    SenderId: row.sender,
    ApproximateFirstReceiveTimestamp: String(received.firstReceivedAt),
    ApproximateReceiveCount: String(received.receiveCount),
    SentTimestamp: String(row.sent_at),
    ...(row.dead_letter_source ? { DeadLetterQueueSourceArn: row.dead_letter_source } : {}),
    ...(row.trace_header ? { AWSTraceHeader: row.trace_header } : {}),
  };
}

/** The message attributes as they were sent. */
export function attributesOf(received: Received): MessageAttributes {
  return received.row.attributes ? JSON.parse(received.row.attributes) : {};
}

/** A received message in the API's shape, with the attributes that the receiver asked for. */
export function apiMessage(received: Received, systemNames: readonly string[], names: readonly string[]) {
  const { row } = received;
  const wanted =
    systemNames.length === 0
      ? []
      : Object.entries(systemAttributes(received)).filter(
          ([name]) => systemNames.includes('All') || systemNames.includes(name),
        );
  const attributes = names.length > 0 ? chooseAttributes(attributesOf(received), names) : {};
  return {
    MessageId: row.id,
    ReceiptHandle: received.receiptHandle,
    MD5OfBody: row.md5 ?? md5(row.body),
    Body: row.body,
    ...(wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {}),
    ...(Object.keys(attributes).length > 0
      ? { MD5OfMessageAttributes: md5OfAttributes(attributes), MessageAttributes: attributes }
      : {}),
  };
}
