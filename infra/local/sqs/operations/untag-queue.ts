import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Takes tags off a queue. */
export const untagQueue = operation(
  'UntagQueue',
  z.strictObject({ QueueUrl: z.string(), TagKeys: z.array(z.string()) }),
  ({ queues }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    const kept = Object.entries(queue.tags).filter(([key]) => !input.TagKeys.includes(key));
    queues.setTags(queue, Object.fromEntries(kept));
    return {};
  },
);
