import { z } from 'zod';
import { operation } from '../../service.ts';
import { entryId, runBatch } from '../batch.ts';
import { type Receipt, readReceiptHandle } from '../receipt-handle.ts';
import type { SqsStore } from '../store.ts';

/** Deletes up to ten received messages. */
export const deleteMessageBatch = operation(
  'DeleteMessageBatch',
  z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: entryId, ReceiptHandle: z.string() })).default([]),
  }),
  async ({ queues, messages, change }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    const receipts: Receipt[] = [];
    const answer = runBatch(input.Entries, ({ ReceiptHandle }) => {
      receipts.push(readReceiptHandle(queue, ReceiptHandle));
    });
    await change(() => messages.remove(queue, receipts));
    return answer;
  },
);
