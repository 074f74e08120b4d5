import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Creates a group; one of the same name is an error. */
export const createLogGroup = operation(
  'CreateLogGroup',
  // Keys, classes and tags change nothing here.
  z.strictObject({
    logGroupName: z.string().min(1).max(512),
    kmsKeyId: z.string().optional(),
    logGroupClass: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  (logs: LogsStore, { logGroupName }) => {
    if (logs.createGroup(logGroupName)) return {};
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists.');
  },
);
