import { z } from 'zod';
import { ACCOUNT_ID } from '../../account.ts';
import { operation } from '../../service.ts';
import { sqsError } from '../sqs-error.ts';
import type { SqsStore } from '../store.ts';

/** Finds a queue's URL by its name. */
export const getQueueUrl = operation(
  'GetQueueUrl',
  z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().default(ACCOUNT_ID) }),
  ({ queues }: SqsStore, input, call) => {
    if (input.QueueOwnerAWSAccountId !== ACCOUNT_ID) {
      throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    }
    return { QueueUrl: queues.url(call.origin, queues.byName(input.QueueName)) };
  },
);
