import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { TimedEvent } from '../bus.ts';
import { isObject } from '../pattern-error.ts';
import type { EventsContext } from './context.ts';

const MAX_BYTES = 1024 * 1024;

const entrySchema = z.strictObject({
  Time: z.number().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  // X-Ray is not here: accepted, and not passed on.
  TraceHeader: z.string().optional(),
});

type Entry = z.infer<typeof entrySchema>;

/** Publishes events. An entry that is not valid fails alone, as on AWS. */
export const putEvents = operation(
  'PutEvents',
  z.strictObject({ Entries: z.array(entrySchema).min(1).max(10) }),
  ({ bus }: EventsContext, input) => {
    if (Buffer.byteLength(JSON.stringify(input.Entries)) > MAX_BYTES) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const checked = input.Entries.map(checkEntry);
    const ids = bus.publish(checked.filter((entry) => !('ErrorCode' in entry)) as TimedEvent[]);
    const entries = checked.map((entry) => ('ErrorCode' in entry ? entry : { EventId: ids.shift() }));
    return { FailedEntryCount: checked.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
  },
);

function checkEntry(entry: Entry): TimedEvent | { ErrorCode: string; ErrorMessage: string } {
  if (!entry.Source) return invalid('Parameter Source is not valid. Reason: Source is a required argument.');
  if (!entry.DetailType)
    return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (!entry.Detail) return invalid('Parameter Detail is not valid. Reason: Detail is a required argument.');
  if (entry.Source.startsWith('aws.'))
    return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (entry.EventBusName !== undefined && !/(^|\/)default$/.test(entry.EventBusName)) {
    return failed('ResourceNotFoundException', `Event bus ${entry.EventBusName} does not exist.`);
  }
  const detail = parseDetail(entry.Detail);
  if (!detail) return failed('MalformedDetail', 'Detail is malformed.');
  return {
    source: entry.Source,
    detailType: entry.DetailType,
    resources: entry.Resources ?? [],
    detail,
    time: entry.Time === undefined ? undefined : entry.Time * 1000,
  };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}

function invalid(message: string) {
  return failed('InvalidArgument', message);
}

function failed(ErrorCode: string, ErrorMessage: string) {
  return { ErrorCode, ErrorMessage };
}
