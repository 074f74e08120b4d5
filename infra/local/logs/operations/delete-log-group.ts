import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Deletes a group with its streams and lines. */
export const deleteLogGroup = operation(
  'DeleteLogGroup',
  z.strictObject({ logGroupName: z.string() }),
  (logs: LogsStore, { logGroupName }) => {
    logs.deleteGroup(logGroupName);
    return {};
  },
);
