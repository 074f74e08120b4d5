import { z } from 'zod';
import { operation } from '../../service.ts';
import { dimensionList, flag } from '../input-types.ts';
import type { CloudwatchContext } from './context.ts';

/** The metrics that have data points. */
export const listMetrics = operation(
  'ListMetrics',
  z.strictObject({
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string().optional() })).default([]),
    NextToken: z.string().optional(),
    // What is kept is recent.
    RecentlyActive: z.enum(['PT3H']).optional(),
    // There is one account.
    IncludeLinkedAccounts: flag.optional(),
    OwningAccount: z.string().optional(),
  }),
  ({ metrics }: CloudwatchContext, input) => ({
    Metrics: metrics
      .metrics({ namespace: input.Namespace, name: input.MetricName })
      .filter((metric) =>
        input.Dimensions.every(({ Name, Value }) =>
          Value === undefined ? Name in metric.dimensions : metric.dimensions[Name] === Value,
        ),
      )
      .map((metric) => ({
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: dimensionList(metric.dimensions),
      })),
  }),
);
