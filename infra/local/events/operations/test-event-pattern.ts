import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { compilePattern } from '../pattern.ts';
import { isObject } from '../pattern-error.ts';
import type { EventsContext } from './context.ts';

const REQUIRED_FIELDS = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

/** Says whether an event matches a pattern. */
export const testEventPattern = operation(
  'TestEventPattern',
  z.strictObject({ EventPattern: z.string().max(4096), Event: z.string() }),
  (_context: EventsContext, input) => ({ Result: compilePattern(input.EventPattern)(parseEvent(input.Event)) }),
);

function parseEvent(text: string): object {
  const event = parseJson(text);
  if (!isObject(event)) throw invalidEvent('it is not a JSON object');
  const missing = REQUIRED_FIELDS.find((field) => !Object.hasOwn(event, field));
  if (missing) throw invalidEvent(`it has no ${missing}; required are ${REQUIRED_FIELDS.join(', ')}`);
  return event;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidEvent('it is not JSON');
  }
}

function invalidEvent(reason: string): AwsError {
  return new AwsError('ValidationException', `Parameter Event is not valid. Reason: ${reason}.`);
}
