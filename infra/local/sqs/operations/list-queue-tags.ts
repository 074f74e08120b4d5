import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Lists a queue's tags. */
export const listQueueTags = operation(
  'ListQueueTags',
  z.strictObject({ QueueUrl: z.string() }),
  (store: SqsStore, input) => {
    const { tags } = store.queues.byUrl(input.QueueUrl);
    return Object.keys(tags).length > 0 ? { Tags: tags } : {};
  },
);
