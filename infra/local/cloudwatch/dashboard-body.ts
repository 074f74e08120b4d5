import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { validateExpressions } from './dashboard-metrics.ts';

const place = {
  x: z.number().int().min(0).max(23).optional(),
  y: z.number().int().min(0).optional(),
  width: z.number().int().min(1).max(24).optional(),
  height: z.number().int().min(1).max(1000).optional(),
};

const title = z.string().optional();
const annotation = z.looseObject({ value: z.union([z.number(), z.string()]), label: z.string().optional() });

const metricProperties = z
  .strictObject({
    title,
    region: z.string(),
    view: z.enum(['timeSeries', 'singleValue', 'gauge', 'bar', 'pie', 'table']).default('timeSeries'),
    stacked: z.boolean().optional(),
    stat: z.string().optional(),
    period: z.union([z.literal([1, 5, 10, 30]), z.number().int().multipleOf(60)]).optional(),
    metrics: z.array(z.array(z.unknown()).min(1)).min(1).max(500),
    yAxis: z.looseObject({}).optional(),
    annotations: z.strictObject({ horizontal: z.array(annotation).optional() }).optional(),
    legend: z.looseObject({}).optional(),
    liveData: z.boolean().optional(),
    setPeriodToTimeRange: z.boolean().optional(),
    sparkline: z.boolean().optional(),
  })
  .superRefine(({ metrics }, context) => validateExpressions(metrics, context));

const widget = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('metric'), ...place, properties: metricProperties }),
  z.strictObject({
    type: z.literal('text'),
    ...place,
    properties: z.strictObject({ markdown: z.string().max(20_000), background: z.string().optional() }),
  }),
  z.strictObject({
    type: z.literal('alarm'),
    ...place,
    properties: z.strictObject({
      title,
      alarms: z
        .array(z.string().regex(/^arn:[\w-]+:cloudwatch:/, 'expected the ARN of an alarm'))
        .min(1)
        .max(100),
      sortBy: z.string().optional(),
      states: z.array(z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'])).optional(),
    }),
  }),
  z.strictObject({
    type: z.literal('log'),
    ...place,
    properties: z.strictObject({
      title,
      region: z.string(),
      query: z.string().startsWith('SOURCE ', "expected SOURCE 'group' | a query"),
      view: z.enum(['timeSeries', 'table', 'bar', 'pie']).default('table'),
      stacked: z.boolean().optional(),
    }),
  }),
]);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const bodySchema = z.strictObject({
  start: z.string().optional(),
  end: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
  widgets: z.array(widget).max(500),
});

/** Checks a dashboard's body. Throws InvalidParameterInput with the place of the first fault, as PutDashboard does. */
export function checkDashboardBody(text: string): void {
  const parsed = bodySchema.safeParse(parseJson(text));
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw invalid(`/${issue?.path.join('/')}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterInput', `The field DashboardBody must be a valid dashboard: ${what}`);
}
