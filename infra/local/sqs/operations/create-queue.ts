import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkAttributes, shownAttributes } from '../queue-attributes.ts';
import type { Queue } from '../queues.ts';
import { sqsError } from '../sqs-error.ts';
import type { SqsStore } from '../store.ts';

/** Creates a queue; answers the one that exists when it is no different in what the request says. */
export const createQueue = operation(
  'CreateQueue',
  z.strictObject({
    QueueName: z.string(),
    Attributes: z.record(z.string(), z.string()).default({}),
    tags: z.record(z.string(), z.string()).default({}),
  }),
  ({ queues }: SqsStore, input, call) => {
    const existing = queues.find(input.QueueName);
    if (existing) checkSame(existing, input.Attributes);
    else queues.checkRebirth(input.QueueName);
    const queue = existing ?? queues.create(input.QueueName, input.Attributes, input.tags);
    return { QueueUrl: queues.url(call.origin, queue) };
  },
);

function checkSame(existing: Queue, wanted: Record<string, string>): void {
  const shown = shownAttributes(existing.attributes);
  for (const [name, value] of Object.entries(checkAttributes(wanted))) {
    if ((shown[name] ?? '') === value) continue;
    const message = `A queue already exists with the same name and a different value for attribute ${name}`;
    throw sqsError('QueueNameExists', message);
  }
}
