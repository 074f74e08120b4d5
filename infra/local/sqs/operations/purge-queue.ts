import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Deletes every message of a queue, those in flight too. */
export const purgeQueue = operation(
  'PurgeQueue',
  z.strictObject({ QueueUrl: z.string() }),
  (store: SqsStore, input) => {
    store.purgeQueue(store.queues.byUrl(input.QueueUrl));
    return {};
  },
);
