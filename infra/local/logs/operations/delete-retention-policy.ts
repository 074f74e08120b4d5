import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Lets a group keep its lines for good. */
export const deleteRetentionPolicy = operation(
  'DeleteRetentionPolicy',
  z.strictObject({ logGroupName: z.string() }),
  (logs: LogsStore, { logGroupName }) => {
    logs.setRetention(logGroupName, undefined);
    return {};
  },
);
