import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkAttributeNames, shownAttributes } from '../queue-attributes.ts';
import type { SqsStore } from '../store.ts';

/** Reads a queue's attributes. The "approximate" numbers are exact here. */
export const getQueueAttributes = operation(
  'GetQueueAttributes',
  z.strictObject({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) }),
  ({ queues, messages }: SqsStore, input) => {
    const queue = queues.byUrl(input.QueueUrl);
    checkAttributeNames(input.AttributeNames);
    if (input.AttributeNames.length === 0) return {};
    const counts = messages.counts(queue);
    const all = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(counts.visible),
      ApproximateNumberOfMessagesNotVisible: String(counts.notVisible),
      ApproximateNumberOfMessagesDelayed: String(counts.delayed),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
      ...shownAttributes(queue.attributes),
    };
    const wanted = Object.entries(all).filter(
      ([name]) => input.AttributeNames.includes('All') || input.AttributeNames.includes(name),
    );
    return { Attributes: Object.fromEntries(wanted) };
  },
);
