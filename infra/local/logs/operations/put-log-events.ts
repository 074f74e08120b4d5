import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Appends lines to a stream that exists. */
export const putLogEvents = operation(
  'PutLogEvents',
  z.strictObject({
    logGroupName: z.string(),
    logStreamName: z.string(),
    logEvents: z
      .array(z.strictObject({ timestamp: z.number().int().nonnegative(), message: z.string().min(1) }))
      .min(1)
      .max(10_000),
    // No longer needed by AWS either.
    sequenceToken: z.string().optional(),
  }),
  (logs: LogsStore, { logGroupName, logStreamName, logEvents }) => {
    logs.requireStream(logGroupName, logStreamName);
    logs.append(logGroupName, logStreamName, logEvents);
    return { nextSequenceToken: '0' };
  },
);
