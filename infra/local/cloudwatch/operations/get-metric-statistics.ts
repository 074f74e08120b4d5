import { z } from 'zod';
import { AwsError, notImplemented } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { dimensions, integer, statistic, timestamp } from '../input-types.ts';
import { statisticOf } from '../metric-store.ts';
import type { CloudwatchContext } from './context.ts';

const MAX_DATAPOINTS = 1_440;

/** Statistics of one metric per period. */
export const getMetricStatistics = operation(
  'GetMetricStatistics',
  z.strictObject({
    Namespace: z.string().min(1),
    MetricName: z.string().min(1),
    Dimensions: dimensions.default({}),
    StartTime: timestamp,
    EndTime: timestamp,
    Period: integer.pipe(z.number().min(1)),
    Statistics: z.array(statistic).min(1).max(5).optional(),
    ExtendedStatistics: z.array(z.string()).optional(),
    Unit: z.string().optional(),
  }),
  ({ metrics }: CloudwatchContext, input) => {
    if (input.ExtendedStatistics) throw notImplemented('Parameter ExtendedStatistics of GetMetricStatistics');
    const { Statistics } = input;
    if (!Statistics)
      throw new AwsError('MissingRequiredParameterException', 'Must specify either Statistics or ExtendedStatistics');
    const periodMs = input.Period * 1000;
    if ((input.EndTime - input.StartTime) / periodMs > MAX_DATAPOINTS) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        `You have requested more than ${MAX_DATAPOINTS} datapoints. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
      );
    }
    const datapoints = metrics.datapoints({
      metric: { namespace: input.Namespace, name: input.MetricName, dimensions: input.Dimensions },
      periodMs,
      from: Math.floor(input.StartTime / periodMs) * periodMs,
      to: input.EndTime,
      unit: input.Unit,
    });
    return {
      Label: input.MetricName,
      Datapoints: datapoints.map((datapoint) => ({
        Timestamp: new Date(datapoint.at),
        Unit: datapoint.unit,
        ...Object.fromEntries(Statistics.map((name) => [name, statisticOf(name, datapoint)])),
      })),
    };
  },
);
