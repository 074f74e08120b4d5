import { AwsError } from '../http/aws-error.ts';

/** Whether a log line is wanted. */
export type LineFilter = (message: string) => boolean;

/**
 * A filter pattern of CloudWatch Logs: terms that all have to be there, `"a phrase"`, `?any ?of ?these`, `-not`, or one
 * JSON comparison such as `{ $.level = "ERROR" }`. Terms are case-sensitive, as in AWS.
 */
export function compileFilterPattern(pattern: string): LineFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return compileJsonFilter(text);
  if (text.startsWith('[') || text.startsWith('%')) throw unsupported(pattern);
  return compileTerms(text);
}

function compileTerms(text: string): LineFilter {
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  for (const match of text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const term = match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '';
    (match[1] === '?' ? any : match[1] === '-' ? none : all).push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}

const COMPARISON = /^\{\s*\$\.([\w.]+)\s*(=|!=|>=|<=|>|<)\s*(?:"([^"]*)"|([^\s"}]+))\s*\}$/;

function compileJsonFilter(text: string): LineFilter {
  const [, path = '', operator = '', quoted, bare] = COMPARISON.exec(text) ?? [];
  if (path === '') throw unsupported(text);
  const wanted = quoted ?? bare ?? '';
  return (message) => {
    const found = valueAt(message, path.split('.'));
    return found !== undefined && compare(found, operator, wanted);
  };
}

/** A member of a line of JSON as text; undefined where there is none, and where it holds others. */
export function valueAt(message: string, path: readonly string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(message);
    for (const name of path) value = (value as Record<string, unknown> | null)?.[name];
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  } catch {
    return undefined;
  }
}

function compare(found: string, operator: string, wanted: string): boolean {
  if (operator === '=' || operator === '!=') return matchesWildcard(found, wanted) === (operator === '=');
  const [left, right] = [Number(found), Number(wanted)];
  if (operator === '>') return left > right;
  if (operator === '<') return left < right;
  return operator === '>=' ? left >= right : left <= right;
}

function matchesWildcard(text: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

function unsupported(pattern: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `The filter pattern ${JSON.stringify(pattern)} is not one that the local stand-in reads: terms, "phrases", ?any, -not, or one { $.member = "value" }.`,
  );
}
