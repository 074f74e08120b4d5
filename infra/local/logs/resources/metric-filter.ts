import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { compileFilterPattern, valueAt } from '../filter-pattern.ts';
import type { MetricFilters } from '../metric-filters.ts';

const transformation = z.strictObject({
  MetricNamespace: z.string().min(1).max(255),
  MetricName: z.string().min(1).max(255),
  MetricValue: z
    .string()
    .regex(/^(\d+(\.\d+)?|\$\.\w+(\.\w+)*)$/, 'expected a number, or a member of the line: $.milliseconds')
    .transform((text) => (text.startsWith('$.') ? memberOf(text.slice(2)) : Number(text))),
  DefaultValue: z.coerce.number().optional(),
  // Units change nothing here.
  Unit: z.string().optional(),
});

/** Reads a number out of a line; undefined where there is none, which counts nothing. */
function memberOf(path: string): (message: string) => number | undefined {
  return (message) => {
    const value = Number(valueAt(message, path.split('.')) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
}

/** AWS::Logs::MetricFilter: `Ref` is its name. */
export function metricFilterProvider(filters: MetricFilters): ResourceProvider {
  return resourceProvider(
    'AWS::Logs::MetricFilter',
    z.strictObject({
      FilterName: z.string().optional(),
      LogGroupName: z.string(),
      FilterPattern: z.string(),
      MetricTransformations: z.tuple([transformation]),
    }),
    ({ FilterName, LogGroupName, FilterPattern, MetricTransformations: [metric] }, { generatedName }) => {
      const name = FilterName ?? generatedName;
      filters.put(`${LogGroupName}/${name}`, {
        groupName: LogGroupName,
        wants: compileFilterPattern(FilterPattern),
        namespace: metric.MetricNamespace,
        metricName: metric.MetricName,
        value: metric.MetricValue,
        defaultValue: metric.DefaultValue,
      });
      return { ref: name };
    },
  );
}
