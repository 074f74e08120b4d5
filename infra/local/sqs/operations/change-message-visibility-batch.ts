import { z } from 'zod';
import { operation } from '../../service.ts';
import { entryId, runBatch } from '../batch.ts';
import { integer } from '../integer.ts';
import type { SqsStore } from '../store.ts';

const entry = z.strictObject({ Id: entryId, ReceiptHandle: z.string(), VisibilityTimeout: integer.default(0) });

/** Changes the visibility timeout of up to ten messages. */
export const changeMessageVisibilityBatch = operation(
  'ChangeMessageVisibilityBatch',
  z.strictObject({ QueueUrl: z.string(), Entries: z.array(entry).default([]) }),
  ({ queues, messages, change }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    return change(() =>
      runBatch(input.Entries, ({ ReceiptHandle, VisibilityTimeout }) =>
        messages.changeVisibility(queue, ReceiptHandle, VisibilityTimeout),
      ),
    );
  },
);
