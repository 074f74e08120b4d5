import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { integer, timestamp } from '../input-types.ts';
import { metricQuerySchema, periodMsOf, runQueries, seriesOfValue } from '../metric-query.ts';
import type { CloudwatchContext } from './context.ts';

/** Reads metrics and evaluates metric math over a stretch of time; always one page. */
export const getMetricData = operation(
  'GetMetricData',
  z.strictObject({
    MetricDataQueries: z.array(metricQuerySchema).min(1).max(500),
    StartTime: timestamp,
    EndTime: timestamp,
    NextToken: z.string().optional(),
    ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
    MaxDatapoints: integer.optional(),
    // Labels carry no times locally.
    LabelOptions: z.strictObject({ Timezone: z.string().optional() }).optional(),
  }),
  ({ metrics }: CloudwatchContext, input) => {
    if (input.StartTime >= input.EndTime) {
      throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
    }
    const periodMs = periodMsOf(input.MetricDataQueries);
    const from = Math.floor(input.StartTime / periodMs) * periodMs;
    const result = runQueries(metrics, input.MetricDataQueries, { from, to: input.EndTime });
    const direction = input.ScanBy === 'TimestampAscending' ? 1 : -1;
    return {
      MetricDataResults: input.MetricDataQueries.filter((query) => query.ReturnData).flatMap((query) =>
        seriesOfValue(query, result.value(query.Id)).map(({ label, series }) => {
          const entries = [...series].sort(([a], [b]) => (a - b) * direction);
          return {
            Id: query.Id,
            Label: query.Label ?? label,
            Timestamps: entries.map(([at]) => new Date(at)),
            Values: entries.map(([, value]) => value),
            StatusCode: 'Complete',
          };
        }),
      ),
      Messages: [],
    };
  },
);
