import { z } from 'zod';
import { operation } from '../../service.ts';
import type { LogsStore } from '../store.ts';

/** Sets for how many days a group keeps its lines. */
export const putRetentionPolicy = operation(
  'PutRetentionPolicy',
  z.strictObject({ logGroupName: z.string(), retentionInDays: z.number().int().positive() }),
  (logs: LogsStore, { logGroupName, retentionInDays }) => {
    logs.setRetention(logGroupName, retentionInDays);
    return {};
  },
);
