import { z } from 'zod';
import { operation } from '../../service.ts';
import { groupName } from '../group-name.ts';
import { page } from '../paging.ts';
import type { LogsStore } from '../store.ts';

/** Lists a group's streams, by name or by their last line. */
export const describeLogStreams = operation(
  'DescribeLogStreams',
  z.strictObject({
    logGroupName: z.string().optional(),
    logGroupIdentifier: z.string().optional(),
    logStreamNamePrefix: z.string().default(''),
    orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
    descending: z.boolean().default(false),
    nextToken: z.string().optional(),
    limit: z.number().int().min(1).max(50).default(50),
  }),
  (logs: LogsStore, input) => {
    const group = logs.group(groupName(input));
    const streams = logs.streams(group.name, input.logStreamNamePrefix);
    if (input.orderBy === 'LastEventTime') streams.sort((a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0));
    if (input.descending) streams.reverse();
    const { items, next } = page(streams, input.nextToken, input.limit);
    return {
      logStreams: items.map(({ name, createdAt, firstEventAt, lastEventAt }) => ({
        logStreamName: name,
        creationTime: createdAt,
        firstEventTimestamp: firstEventAt,
        lastEventTimestamp: lastEventAt,
        lastIngestionTime: lastEventAt,
        arn: group.arn.replace(/\*$/, `log-stream:${name}`),
        storedBytes: 0,
      })),
      nextToken: next,
    };
  },
);
