import { z } from 'zod';
import { operation } from '../../service.ts';
import { compileFilterPattern } from '../filter-pattern.ts';
import { groupName } from '../group-name.ts';
import { lineToken, readLineToken } from '../paging.ts';
import type { LogsStore } from '../store.ts';

/** Lines that one call looks at; a caller with a rare pattern pages on, as it does on AWS. */
const LINES_PER_CALL = 10_000;

/** Finds lines in all of a group's streams, in order of time, page by page. */
export const filterLogEvents = operation(
  'FilterLogEvents',
  z.strictObject({
    logGroupName: z.string().optional(),
    logGroupIdentifier: z.string().optional(),
    logStreamNames: z.array(z.string()).optional(),
    logStreamNamePrefix: z.string().optional(),
    startTime: z.number().optional(),
    endTime: z.number().optional(),
    filterPattern: z.string().default(''),
    nextToken: z.string().optional(),
    limit: z.number().int().min(1).max(10_000).default(10_000),
    // Lines of several streams are always interleaved.
    interleaved: z.boolean().optional(),
  }),
  (logs: LogsStore, input) => {
    const { name } = logs.group(groupName(input));
    const wanted = compileFilterPattern(input.filterPattern);
    const prefix = input.logStreamNamePrefix;
    const streams =
      prefix === undefined ? input.logStreamNames : logs.streams(name, prefix).map((stream) => stream.name);
    const token = readLineToken(input.nextToken);
    const looked = logs.lines({
      group: name,
      limit: LINES_PER_CALL,
      ...(streams ? { streams } : {}),
      ...(input.startTime === undefined ? {} : { from: input.startTime }),
      // FilterLogEvents takes the end itself with it.
      ...(input.endTime === undefined ? {} : { until: input.endTime + 1 }),
      ...(token ? { after: token } : {}),
    });
    const found = looked.filter(({ message }) => wanted(message));
    const events = found.slice(0, input.limit);
    const last =
      found.length > events.length ? events.at(-1) : looked.length === LINES_PER_CALL ? looked.at(-1) : undefined;
    return {
      events: events.map(({ id, stream, timestamp, message, ingestedAt }) => ({
        eventId: String(id).padStart(20, '0'),
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: ingestedAt,
      })),
      searchedLogStreams: [],
      nextToken: last && lineToken('f', last),
    };
  },
);
