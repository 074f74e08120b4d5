import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Deletes a received message, also after its visibility timeout. A stale handle succeeds and deletes nothing. */
export const deleteMessage = operation(
  'DeleteMessage',
  z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
  ({ queues, messages }: SqsStore, input) => {
    messages.remove(queues.byUrl(input.QueueUrl), input.ReceiptHandle);
    return {};
  },
);
