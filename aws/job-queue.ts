import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { FAILED_AT } from '../core/dead-letter.ts';
import { awsFault } from './aws-fault.ts';

/** One receipt of a message. */
export interface Delivery {
  readonly messageId: string;
  readonly body: string;
  readonly receiptHandle: string;
  /** Receipts of the message so far, this one included. A receipt is no attempt. */
  readonly receiveCount: number;
  /** The message is a dead letter that came back: when the outcome was recorded that it is a copy of (ISO 8601). */
  readonly failedAt?: string;
}

/** The most that one receive or one batch takes (SQS's limit). */
export const BATCH_LIMIT = 10;

/** The queue that feeds a service. */
export interface JobQueue {
  /** Up to `max` (1–10) messages, hidden for `visibilitySeconds`; waits up to `waitSeconds` (0–20) for the first. */
  receive(options: { max: number; waitSeconds: number; visibilitySeconds: number }): Promise<readonly Delivery[]>;
  /** Up to 10; gives back those that were not deleted and may be tried again. A stale handle counts as deleted. */
  delete(receiptHandles: readonly string[]): Promise<readonly string[]>;
  /** Seconds from now until the message shows again; 0 releases it. `lost` when the lease is no longer ours. */
  changeVisibility(receiptHandle: string, seconds: number): Promise<'kept' | 'lost'>;
}

/** SQS's words for "this receipt no longer holds the message". */
const LEASE_LOST = /ReceiptHandleIsInvalid|MessageNotInflight|InvalidParameterValue/;

/** A queue of SQS. */
export function createJobQueue(client: SQSClient, queueUrl: string): JobQueue {
  return {
    async receive({ max, waitSeconds, visibilitySeconds }) {
      const answer = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilitySeconds,
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          MessageAttributeNames: [FAILED_AT],
        }),
      );
      return (answer.Messages ?? []).map((message) => {
        const failedAt = message.MessageAttributes?.[FAILED_AT]?.StringValue;
        return {
          messageId: message.MessageId ?? '',
          body: message.Body ?? '',
          receiptHandle: message.ReceiptHandle ?? '',
          receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
          ...(failedAt === undefined ? {} : { failedAt }),
        };
      });
    },

    async delete(receiptHandles) {
      const entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      const again = (answer.Failed ?? []).filter((failed) => failed.SenderFault !== true);
      return again.flatMap((failed) => receiptHandles[Number(failed.Id)] ?? []);
    },

    async changeVisibility(receiptHandle, seconds) {
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds,
          }),
        );
        return 'kept';
      } catch (error) {
        if (LEASE_LOST.test(awsFault(error).code)) return 'lost';
        throw error;
      }
    },
  };
}
