import { z } from 'zod';
import { dimensions, flag, integer, number, statistic } from '../cloudwatch/input-types.ts';
import { type MetricQuery, metricQuerySchema } from '../cloudwatch/metric-query.ts';
import { AwsError } from '../http/aws-error.ts';
import { predefinedMetricSchema, predefinedQueries } from './predefined-metric.ts';
import { ADJUSTMENT_TYPES, AGGREGATIONS, type StepScaling } from './step-scaling.ts';
import type { TargetTracking } from './target-tracking.ts';

export interface ScalingPolicy {
  readonly arn: string;
  readonly name: string;
  readonly resourceId: string;
  readonly createdAt: number;
  readonly step?: StepScaling | undefined;
  readonly tracking?: TargetTracking | undefined;
  /** The target tracking configuration as it was put, to be described again. */
  readonly trackingInput?: unknown;
}

/** AWS's default cooldown for ECS services, seconds. */
const DEFAULT_COOLDOWN_SECONDS = 300;

/** Target tracking looks at one-minute data points; its metrics name no period. */
const TRACKING_PERIOD_SECONDS = 60;

const stepAdjustment = z
  .strictObject({
    MetricIntervalLowerBound: number.optional(),
    MetricIntervalUpperBound: number.optional(),
    ScalingAdjustment: integer,
  })
  .refine((step) => (step.MetricIntervalLowerBound ?? -Infinity) < (step.MetricIntervalUpperBound ?? Infinity), {
    message: 'expected the lower bound to be less than the upper bound',
  });

export const stepScalingSchema = z
  .strictObject({
    AdjustmentType: z.enum(ADJUSTMENT_TYPES),
    StepAdjustments: z.array(stepAdjustment).min(1).max(20),
    MinAdjustmentMagnitude: integer.optional(),
    Cooldown: integer.pipe(z.number().min(0)).default(DEFAULT_COOLDOWN_SECONDS),
    MetricAggregationType: z.enum(AGGREGATIONS).default('Average'),
  })
  .superRefine(({ StepAdjustments }, context) => {
    const ordered = [...StepAdjustments].sort((a, b) => lowerOf(a) - lowerOf(b));
    for (const [index, step] of ordered.entries()) {
      const next = ordered[index + 1];
      if (next && (step.MetricIntervalUpperBound ?? Infinity) > lowerOf(next)) {
        context.addIssue({ code: 'custom', message: "StepAdjustment intervals can't overlap" });
      }
    }
  });

const trackedQuery = z.strictObject({
  Id: z.string(),
  Label: z.string().optional(),
  ReturnData: flag.default(true),
  Expression: z.string().optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionInput() }),
      Stat: z.string(),
      Unit: z.string().optional(),
    })
    .optional(),
});

const customizedMetric = z.strictObject({
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Dimensions: dimensions.default({}),
  Statistic: statistic.optional(),
  Unit: z.string().optional(),
  Metrics: z.array(trackedQuery).optional(),
});

export const targetTrackingSchema = z.strictObject({
  TargetValue: number.pipe(z.number().positive()),
  CustomizedMetricSpecification: customizedMetric.optional(),
  PredefinedMetricSpecification: predefinedMetricSchema.optional(),
  ScaleOutCooldown: integer.default(DEFAULT_COOLDOWN_SECONDS),
  ScaleInCooldown: integer.default(DEFAULT_COOLDOWN_SECONDS),
  DisableScaleIn: flag.default(false),
});

/** Reads a target tracking configuration. Throws ValidationException unless it has one metric, of either kind. */
export function targetTracking(input: z.infer<typeof targetTrackingSchema>, resourceId: string): TargetTracking {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = input;
  if (predefined !== undefined && customized !== undefined) {
    throw new AwsError(
      'ValidationException',
      'Expected either PredefinedMetricSpecification or CustomizedMetricSpecification, got both.',
    );
  }
  return {
    TargetValue: input.TargetValue,
    queries: predefined
      ? predefinedQueries(predefined, resourceId, TRACKING_PERIOD_SECONDS)
      : trackedQueries(customized),
    ScaleOutCooldown: input.ScaleOutCooldown,
    ScaleInCooldown: input.ScaleInCooldown,
    DisableScaleIn: input.DisableScaleIn,
  };
}

function trackedQueries(metric: z.infer<typeof customizedMetric> | undefined): MetricQuery[] {
  if (metric?.Metrics) {
    return metric.Metrics.map(trackedMetricQuery);
  }
  if (!metric?.Namespace || !metric.MetricName || !metric.Statistic) {
    throw new AwsError(
      'ValidationException',
      'CustomizedMetricSpecification: expected Metrics, or MetricName with Namespace and Statistic.',
    );
  }
  const { Namespace, MetricName, Dimensions, Statistic, Unit } = metric;
  return [
    {
      Id: 'm1',
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions },
        Period: TRACKING_PERIOD_SECONDS,
        Stat: Statistic,
        ...(Unit === undefined ? {} : { Unit }),
      },
      ReturnData: true,
    },
  ];
}

function trackedMetricQuery(query: z.infer<typeof trackedQuery>): MetricQuery {
  const { MetricStat, ...rest } = query;
  const parsed = metricQuerySchema.safeParse({
    ...rest,
    ...(MetricStat === undefined ? {} : { MetricStat: { ...MetricStat, Period: TRACKING_PERIOD_SECONDS } }),
  });
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', `Metrics.${query.Id}: ${parsed.error.issues[0]?.message}`);
}

function dimensionInput() {
  return z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional();
}

function lowerOf(step: { MetricIntervalLowerBound?: number | undefined }): number {
  return step.MetricIntervalLowerBound ?? -Infinity;
}
