import { z } from 'zod';
import { operation } from '../../service.ts';
import { entryId, runBatch } from '../batch.ts';
import type { SqsStore } from '../store.ts';

/** Deletes up to ten received messages. */
export const deleteMessageBatch = operation(
  'DeleteMessageBatch',
  z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: entryId, ReceiptHandle: z.string() })).default([]),
  }),
  ({ queues, messages }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    return runBatch(input.Entries, (entry) => messages.remove(queue, entry.ReceiptHandle));
  },
);
