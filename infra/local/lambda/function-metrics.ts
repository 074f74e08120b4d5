import type { MetricDatum } from '../ports.ts';

/** How a call of a function ended. */
export type RunEnd = 'done' | 'error' | 'throttled';

/**
 * What a call of a function counts in AWS/Lambda. A throttled call is no invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function functionMetrics(functionName: string, end: RunEnd, milliseconds: number): MetricDatum[] {
  const datum = (name: string, value: number, unit = 'Count') => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: functionName },
    value,
    unit,
  });
  if (end === 'throttled') return [datum('Throttles', 1)];
  return [
    datum('Invocations', 1),
    datum('Errors', end === 'error' ? 1 : 0),
    datum('Throttles', 0),
    datum('Duration', milliseconds, 'Milliseconds'),
  ];
}
