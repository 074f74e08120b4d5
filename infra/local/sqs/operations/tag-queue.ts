import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Adds tags to a queue. */
export const tagQueue = operation(
  'TagQueue',
  z.strictObject({ QueueUrl: z.string(), Tags: z.record(z.string(), z.string()) }),
  ({ queues }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    queues.setTags(queue, { ...queue.tags, ...input.Tags });
    return {};
  },
);
