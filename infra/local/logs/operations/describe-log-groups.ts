import { z } from 'zod';
import { operation } from '../../service.ts';
import { page } from '../paging.ts';
import type { LogsStore } from '../store.ts';

/** Lists groups by name. */
export const describeLogGroups = operation(
  'DescribeLogGroups',
  z.strictObject({
    logGroupNamePrefix: z.string().default(''),
    logGroupNamePattern: z.string().default(''),
    nextToken: z.string().optional(),
    limit: z.number().int().min(1).max(50).default(50),
  }),
  (logs: LogsStore, { logGroupNamePrefix, logGroupNamePattern, nextToken, limit }) => {
    const groups = logs.groups(logGroupNamePrefix).filter(({ name }) => name.includes(logGroupNamePattern));
    const { items, next } = page(groups, nextToken, limit);
    return {
      logGroups: items.map(({ name, arn, createdAt, retentionDays }) => ({
        logGroupName: name,
        arn,
        logGroupArn: arn.replace(/:\*$/, ''),
        creationTime: createdAt,
        retentionInDays: retentionDays,
        metricFilterCount: 0,
      })),
      nextToken: next,
    };
  },
);
