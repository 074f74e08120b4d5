import { z } from 'zod';
import { operation } from '../../service.ts';
import type { SqsStore } from '../store.ts';

/** Changes attributes of a queue, at once. */
export const setQueueAttributes = operation(
  'SetQueueAttributes',
  z.strictObject({ QueueUrl: z.string(), Attributes: z.record(z.string(), z.string()) }),
  ({ queues }: SqsStore, input) => {
    queues.setAttributes(queues.byUrl(input.QueueUrl), input.Attributes);
    return {};
  },
);
