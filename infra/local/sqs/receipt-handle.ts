import type { Queue } from './queues.ts';
import { sqsError } from './sqs-error.ts';

/** What one receive of a message is known by. */
export interface Receipt {
  readonly sequence: number;
  readonly messageId: string;
  /** The how-manieth receive of the message, over all queues: a handle is stale once there was a later one. */
  readonly receive: number;
}

/** Writes a handle. It is opaque to callers, as SQS's are. */
export function writeReceiptHandle(queue: Queue, receipt: Receipt): string {
  const text = `receipt:${queue.id}:${receipt.sequence}:${receipt.receive}:${receipt.messageId}`;
  return Buffer.from(text).toString('base64');
}

/** Reads a handle; throws `ReceiptHandleIsInvalid` for anything that this queue has never given out. */
export function readReceiptHandle(queue: Queue, handle: string): Receipt {
  const text = Buffer.from(handle, 'base64').toString('utf8');
  const [, queueId, sequence, receive, messageId] = /^receipt:(\d+):(\d+):(\d+):([\w-]+)$/.exec(text) ?? [];
  if (messageId === undefined || Number(queueId) !== queue.id) {
    throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return { sequence: Number(sequence), receive: Number(receive), messageId };
}
