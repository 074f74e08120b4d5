import { z } from 'zod';
import { operation } from '../../service.ts';
import { groupName } from '../group-name.ts';
import { lineToken, readLineToken } from '../paging.ts';
import type { LogsStore } from '../store.ts';

/** Reads one stream, forward or backward. */
export const getLogEvents = operation(
  'GetLogEvents',
  z.strictObject({
    logGroupName: z.string().optional(),
    logGroupIdentifier: z.string().optional(),
    logStreamName: z.string(),
    startTime: z.number().optional(),
    endTime: z.number().optional(),
    nextToken: z.string().optional(),
    limit: z.number().int().min(1).max(10_000).default(10_000),
    startFromHead: z.boolean().default(false),
  }),
  (logs: LogsStore, input) => {
    const { name } = logs.group(groupName(input));
    logs.requireStream(name, input.logStreamName);
    const token = readLineToken(input.nextToken);
    const newestFirst = token ? token.direction === 'b' : !input.startFromHead;
    const lines = logs.lines({
      group: name,
      streams: [input.logStreamName],
      newestFirst,
      limit: input.limit,
      ...(input.startTime === undefined ? {} : { from: input.startTime }),
      ...(input.endTime === undefined ? {} : { until: input.endTime }),
      ...(token ? { after: token } : {}),
    });
    if (newestFirst) lines.reverse();
    // As in AWS, the end is reached when a token comes back unchanged.
    return {
      events: lines.map(({ timestamp, message, ingestedAt }) => ({ timestamp, message, ingestionTime: ingestedAt })),
      nextForwardToken: lineToken('f', lines.at(-1) ?? token),
      nextBackwardToken: lineToken('b', lines[0] ?? token),
    };
  },
);
