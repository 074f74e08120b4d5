import { compilePattern } from '../../events/pattern.ts';
import type { SqsRecord } from './sqs-records.ts';

/**
 * Compiles filter criteria. A message passes when any pattern matches its record, whose body counts as JSON where it is a
 * JSON object. Throws InvalidEventPatternException.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function compileFilters(patterns: readonly string[]): (record: SqsRecord) => boolean {
  const matchers = patterns.map(compilePattern);
  if (matchers.length === 0) return () => true;
  return (record) => {
    const event = { ...record, body: parsedBody(String(record.body)) };
    return matchers.some((matches) => matches(event));
  };
}

function parsedBody(body: string): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : body;
  } catch {
    return body;
  }
}
