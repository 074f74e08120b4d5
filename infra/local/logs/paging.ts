import { AwsError } from '../http/aws-error.ts';

/** One page of a list; the token is the index of the next item. */
export function page<Item>(items: readonly Item[], token: string | undefined, limit: number) {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isSafeInteger(from) || from < 0) throw invalidToken();
  const end = from + limit;
  return { items: items.slice(from, end), next: end < items.length ? String(end) : undefined };
}

/** A place in a stream of lines, and which way to read on: forward or backward. */
export interface LineToken {
  readonly direction: 'f' | 'b';
  readonly timestamp: number;
  readonly id: number;
}

/** The place of a line as a token; without a line, the beginning. */
export function lineToken(direction: 'f' | 'b', line: { timestamp: number; id: number } | undefined): string {
  return `${direction}/${line?.timestamp ?? 0}/${line?.id ?? 0}`;
}

/** Reads a token; throws InvalidParameterException for what was never given out. */
export function readLineToken(token: string | undefined): LineToken | undefined {
  if (token === undefined) return undefined;
  const [, direction, timestamp, id] = /^([fb])\/(\d+)\/(\d+)$/.exec(token) ?? [];
  if (direction === undefined) throw invalidToken();
  return { direction: direction as 'f' | 'b', timestamp: Number(timestamp), id: Number(id) };
}

function invalidToken(): AwsError {
  return new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
}
