import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import { dimensions, integer, number, timestamp } from '../input-types.ts';
import type { Datapoint } from '../metric-store.ts';
import { STANDARD_RESOLUTION_MS } from '../sampling.ts';
import type { CloudwatchContext } from './context.ts';

const datum = z.strictObject({
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions.default({}),
  Timestamp: timestamp.optional(),
  Value: number.optional(),
  StatisticValues: z.strictObject({ SampleCount: number, Sum: number, Minimum: number, Maximum: number }).optional(),
  Values: z.array(number).min(1).max(150).optional(),
  Counts: z.array(number).optional(),
  Unit: z.string().default('None'),
  StorageResolution: integer.pipe(z.union([z.literal(1), z.literal(60)])).default(60),
});

/** Records data points; all of a call's, or none. */
export const putMetricData = operation(
  'PutMetricData',
  z.strictObject({ Namespace: z.string().min(1).max(255), MetricData: z.array(datum).max(1000) }),
  ({ clock, momentOf, metrics }: CloudwatchContext, { Namespace, MetricData }) => {
    if (Namespace.startsWith('AWS/')) {
      throw new AwsError(
        'InvalidParameterValueException',
        'The value AWS/ for parameter Namespace is invalid: it is reserved.',
      );
    }
    const data = MetricData.map((item) => {
      const at = item.Timestamp === undefined ? clock.now() : momentOf(item.Timestamp);
      return { item, datapoint: datapointOf(item, at) };
    });
    metrics.together(() => {
      for (const { item, datapoint } of data) {
        metrics.add({ namespace: Namespace, name: item.MetricName, dimensions: item.Dimensions }, datapoint);
      }
    });
    return {};
  },
);

function datapointOf(item: z.infer<typeof datum>, moment: number): Datapoint {
  const resolutionMs = item.StorageResolution === 1 ? 1_000 : STANDARD_RESOLUTION_MS;
  const at = Math.floor(moment / resolutionMs) * resolutionMs;
  return { at, unit: item.Unit, ...statistics(item) };
}

function statistics(item: z.infer<typeof datum>): Omit<Datapoint, 'at' | 'unit'> {
  const given = [item.Value, item.Values, item.StatisticValues].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `${item.MetricName}: expected one of Value, Values and StatisticValues, got ${given.length}.`,
    );
  }
  if (item.StatisticValues) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = item.StatisticValues;
    return { sum, count, minimum, maximum };
  }
  const values = item.Values ?? [item.Value ?? 0];
  const counts = item.Counts ?? values.map(() => 1);
  if (counts.length !== values.length) {
    throw new AwsError('InvalidParameterValueException', `${item.MetricName}: Values and Counts differ in length.`);
  }
  return {
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 1), 0),
    count: counts.reduce((sum, count) => sum + count, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
}
