import { z } from 'zod';
import { type ResourceProvider, resourceProvider } from '../../service.ts';
import { compileFilterPattern } from '../filter-pattern.ts';
import type { MetricFilters } from '../metric-filters.ts';

const transformation = z.strictObject({
  MetricNamespace: z.string().min(1).max(255),
  MetricName: z.string().min(1).max(255),
  // A member of the line ($.milliseconds) is a value on AWS too; nothing here needs it.
  MetricValue: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'expected a number: the stand-in does not read a member of the line')
    .transform(Number),
  DefaultValue: z.coerce.number().optional(),
  // Units change nothing here.
  Unit: z.string().optional(),
});

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
