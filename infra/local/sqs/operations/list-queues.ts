import { z } from 'zod';
import { operation } from '../../service.ts';
import { integer } from '../integer.ts';
import { pageOf } from '../page-of.ts';
import type { SqsStore } from '../store.ts';

/** Lists queues by name; pages only when MaxResults is set, as SQS does. */
export const listQueues = operation(
  'ListQueues',
  z.strictObject({
    QueueNamePrefix: z.string().default(''),
    MaxResults: integer.optional(),
    NextToken: z.string().optional(),
  }),
  ({ queues }: SqsStore, input, call) => {
    const named = queues.all().filter((queue) => queue.name.startsWith(input.QueueNamePrefix));
    const page = pageOf(named, input);
    return { QueueUrls: page.queues.map((queue) => queues.url(call.origin, queue)), NextToken: page.nextToken };
  },
);
