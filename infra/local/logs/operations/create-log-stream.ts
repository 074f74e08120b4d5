import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Creates a stream; one of the same name is an error. */
export const createLogStream = operation(
  'CreateLogStream',
  z.strictObject({ logGroupName: z.string(), logStreamName: z.string().min(1).max(512) }),
  (logs: LogsStore, { logGroupName, logStreamName }) => {
    if (logs.createStream(logGroupName, logStreamName)) return {};
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists.');
  },
);
