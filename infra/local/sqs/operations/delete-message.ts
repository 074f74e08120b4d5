import { z } from 'zod';
import { operation } from '../../service.ts';
import { readReceiptHandle } from '../receipt-handle.ts';
import type { SqsStore } from '../store.ts';

/** Deletes a received message, also after its visibility timeout. A stale handle succeeds and deletes nothing. */
export const deleteMessage = operation(
  'DeleteMessage',
  z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
  async ({ queues, messages, change }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    const receipt = readReceiptHandle(queue, input.ReceiptHandle);
    await change(() => messages.remove(queue, [receipt]));
    return {};
  },
);
