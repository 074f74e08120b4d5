import { AwsError } from '../http/aws-error.ts';

/** EventBridge's error for a pattern: where, what was expected, what came. */
export function patternError(path: readonly (string | number)[], expected: string, got: string): AwsError {
  return new AwsError(
    'InvalidEventPatternException',
    `Event pattern is not valid. Reason: at ${describePath(path)}: expected ${expected}, got ${got}.`,
  );
}

/** A value as a person would point at it, cut to a length that fits a message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value) && value.length === 0) return 'an empty array';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A JSON object, which an array is not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describePath(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the top';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('');
}
