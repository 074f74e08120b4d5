import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SlipwayError } from '../core/errors.ts';
import { BATCH_LIMIT } from './job-queue.ts';

/** A message to send; attributes are sent as strings. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Hides it for so long, 0 to 900. */
  readonly delaySeconds?: number;
}

/** Puts messages into one queue. */
export interface MessageSender {
  /** Sends all, in batches of 10. Throws a retryable SlipwayError `send-failed` when SQS kept one out. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
}

/** SQS takes at most 1 MiB a batch: a batch of long messages goes one by one. */
const BATCH_BYTES = 900_000;

/** A sender to a queue of SQS. */
export function createMessageSender(client: SQSClient, queueUrl: string): MessageSender {
  async function sendBatch(batch: readonly OutgoingMessage[]): Promise<void> {
    const entries = batch.map(({ body, attributes = {}, delaySeconds }, index) => ({
      Id: String(index),
      MessageBody: body,
      ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }));
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    const failed = answer.Failed?.[0];
    if (failed === undefined) return;
    const message = `SQS refused ${answer.Failed?.length} of ${batch.length} messages: ${failed.Code} ${failed.Message ?? ''}`;
    throw new SlipwayError('send-failed', message, { retryable: true });
  }

  return {
    async send(messages) {
      for (const batch of batches(messages)) await sendBatch(batch);
    },
  };
}

function batches(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const result: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(message.body) + 1_000;
    const current = result.at(-1);
    if (current !== undefined && current.length < BATCH_LIMIT && bytes + size <= BATCH_BYTES) {
      current.push(message);
      bytes += size;
    } else {
      result.push([message]);
      bytes = size;
    }
  }
  return result;
}
