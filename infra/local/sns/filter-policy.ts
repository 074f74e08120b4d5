import { compilePattern, type MatchEvent } from '../events/pattern.ts';
import { AwsError } from '../http/aws-error.ts';
import type { MessageAttribute, Notification } from './notification.ts';

export const FILTER_SCOPES = ['MessageAttributes', 'MessageBody'] as const;

/** What of a message a filter policy looks at. */
export type FilterScope = (typeof FILTER_SCOPES)[number];

/** Which messages a subscription wants. */
export interface FilterPolicy {
  /** JSON text, in the language that EventBridge's patterns share. */
  readonly policy: string;
  readonly scope: FilterScope;
}

/** Compiles a policy; throws InvalidParameter with what is wrong in it. */
export function compileFilterPolicy(policy: string): MatchEvent {
  try {
    return compilePattern(policy);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('Event pattern is not valid. Reason: ', '') : error;
    throw new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${reason}`);
  }
}

/** Whether a subscription with this policy gets the message. A body that is not JSON matches no policy on the body. */
export function wants(filter: FilterPolicy | undefined, notification: Notification): boolean {
  if (!filter) return true;
  const matches = compileFilterPolicy(filter.policy);
  if (filter.scope === 'MessageAttributes') return matches(attributeValues(notification.attributes));
  const body = parseJson(notification.message);
  return typeof body === 'object' && body !== null && matches(body);
}

function attributeValues(attributes: Notification['attributes']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, valueOfType(attribute)]));
}

function valueOfType({ Type, Value }: MessageAttribute): unknown {
  if (Type === 'Number') return Number(Value);
  return Type === 'String.Array' ? parseJson(Value) : Value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
