import { z } from 'zod';
import { operation } from '../../service.ts';
import { integer } from '../integer.ts';
import { pageOf } from '../page-of.ts';
import type { SqsStore } from '../store.ts';

/** Lists the queues whose dead-letter queue this is. The answer's `queueUrls` is spelled so by AWS. */
export const listDeadLetterSourceQueues = operation(
  'ListDeadLetterSourceQueues',
  z.strictObject({ QueueUrl: z.string(), MaxResults: integer.optional(), NextToken: z.string().optional() }),
  ({ queues }: SqsStore, input, call) => {
    const page = pageOf(queues.sourcesOf(queues.byUrl(input.QueueUrl)), input);
    return { queueUrls: page.queues.map((queue) => queues.url(call.origin, queue)), NextToken: page.nextToken };
  },
);
