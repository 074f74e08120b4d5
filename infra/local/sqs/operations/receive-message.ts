import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkRange, integer } from '../integer.ts';
import { apiMessage } from '../received-message.ts';
import type { SqsStore } from '../store.ts';

/** Receives up to ten messages, waiting up to 20 seconds for the first. Ends without taking any when the caller leaves. */
export const receiveMessage = operation(
  'ReceiveMessage',
  z.strictObject({
    QueueUrl: z.string(),
    AttributeNames: z.array(z.string()).default([]),
    MessageSystemAttributeNames: z.array(z.string()).default([]),
    MessageAttributeNames: z.array(z.string()).default([]),
    MaxNumberOfMessages: integer.default(1),
    VisibilityTimeout: integer.optional(),
    WaitTimeSeconds: integer.optional(),
  }),
  async ({ queues, polls }: SqsStore, input, call) => {
    const queue = queues.byUrl(input.QueueUrl);
    const waitSeconds = input.WaitTimeSeconds ?? queue.settings.waitSeconds;
    checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10);
    if (input.VisibilityTimeout !== undefined) checkRange('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
    checkRange('WaitTimeSeconds', waitSeconds, 0, 20);
    const received = await polls.receive(queue, {
      max: input.MaxNumberOfMessages,
      visibilitySeconds: input.VisibilityTimeout,
      waitSeconds,
      signal: call.signal,
    });
    if (received.length === 0) return {};
    const systemNames = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    return { Messages: received.map((message) => apiMessage(message, systemNames, input.MessageAttributeNames)) };
  },
);
