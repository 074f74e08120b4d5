import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Deletes a queue and everything in it. */
export const deleteQueue = operation(
  'DeleteQueue',
  z.strictObject({ QueueUrl: z.string() }),
  (store: SqsStore, input) => {
    store.deleteQueue(store.queues.byUrl(input.QueueUrl));
    return {};
  },
);
