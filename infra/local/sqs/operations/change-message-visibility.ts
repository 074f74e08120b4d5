import { z } from 'zod';
import { operation } from '../../service.ts';
import { integer } from '../integer.ts';
import type { SqsStore } from '../store.ts';

/** Hides a message that is in flight for some seconds from now; 0 gives it back. */
export const changeMessageVisibility = operation(
  'ChangeMessageVisibility',
  z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: integer }),
  async ({ queues, messages, change }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    await change(() => messages.changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout));
    return {};
  },
);
