import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { parseRule } from './composite-rule.ts';
import { dimensionList, dimensions, flag, integer, number, statistic } from './input-types.ts';
import { type MetricQuery, metricQuerySchema, validateQueries } from './metric-query.ts';

export const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const;

export type Comparison = (typeof COMPARISONS)[number];

export const MISSING_DATA = ['missing', 'notBreaching', 'breaching', 'ignore'] as const;

export type MissingData = (typeof MISSING_DATA)[number];

export const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

export type State = (typeof STATES)[number];

const actions = z.array(z.string().min(1)).max(5).default([]);

/** Members that PutMetricAlarm and AWS::CloudWatch::Alarm share. Percentiles and anomaly bands are refused by name. */
export const alarmShape = {
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: z.string().min(1).optional(),
  Namespace: z.string().min(1).optional(),
  Statistic: statistic.optional(),
  Dimensions: dimensions.default({}),
  Period: integer.pipe(z.number().min(1)).optional(),
  Unit: z.string().optional(),
  EvaluationPeriods: integer.pipe(z.number().min(1)),
  DatapointsToAlarm: integer.pipe(z.number().min(1)).optional(),
  Threshold: number,
  ComparisonOperator: z.enum(COMPARISONS),
  TreatMissingData: z.enum(MISSING_DATA).default('missing'),
  Metrics: z.array(metricQuerySchema).max(100).optional(),
  // Tags do nothing locally.
  Tags: z.array(z.unknown()).optional(),
};

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;

const alarmInput = z.strictObject(alarmShape);

/** What a composite alarm has. No action of it is held back by another alarm. */
export const compositeShape = {
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  AlarmRule: z.string().min(1).max(10_240),
  // Tags do nothing locally.
  Tags: z.array(z.unknown()).optional(),
};

const compositeInput = z.strictObject(compositeShape);

interface NamedAlarm {
  readonly name: string;
  readonly description?: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<State, readonly string[]>>;
}

/** A composite alarm as it is stored: an alarm over the states of others. */
export interface CompositeDefinition extends NamedAlarm {
  readonly rule: string;
}

/** An alarm over metrics as it is stored. */
export interface AlarmDefinition extends NamedAlarm {
  /** One metric, or metrics and expressions of which one returns data. */
  readonly queries: readonly MetricQuery[];
  /** True when the alarm was put with MetricName rather than Metrics: it is described the same way. */
  readonly singleMetric: boolean;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missingData: MissingData;
}

/** Makes the stored form of an alarm. Throws ValidationError on what AWS refuses too. */
export function alarmDefinition(name: string, input: z.infer<typeof alarmInput>): AlarmDefinition {
  const queries = input.Metrics ?? [singleMetric(name, input)];
  validateQueries(queries);
  const returning = queries.filter((query) => query.ReturnData);
  if (returning.length !== 1) {
    throw invalid(name, `exactly one element of the metrics list should return data, got ${returning.length}`);
  }
  checkPeriods(name, queries, input.EvaluationPeriods);
  const datapointsToAlarm = input.DatapointsToAlarm ?? input.EvaluationPeriods;
  if (datapointsToAlarm > input.EvaluationPeriods) {
    throw invalid(name, 'DatapointsToAlarm must not be greater than EvaluationPeriods');
  }
  return {
    name,
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled,
    actions: { OK: input.OKActions, ALARM: input.AlarmActions, INSUFFICIENT_DATA: input.InsufficientDataActions },
    queries,
    singleMetric: input.Metrics === undefined,
    evaluationPeriods: input.EvaluationPeriods,
    datapointsToAlarm,
    threshold: input.Threshold,
    comparison: input.ComparisonOperator,
    missingData: input.TreatMissingData,
  };
}

/** Makes the stored form of a composite alarm. Throws ValidationError for a rule that cannot be read. */
export function compositeDefinition(name: string, input: z.infer<typeof compositeInput>): CompositeDefinition {
  parseRule(input.AlarmRule);
  return {
    name,
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled,
    actions: { OK: input.OKActions, ALARM: input.AlarmActions, INSUFFICIENT_DATA: input.InsufficientDataActions },
    rule: input.AlarmRule,
  };
}

/** The query whose values the alarm compares. */
export function returningQuery(alarm: AlarmDefinition): MetricQuery {
  const query = alarm.queries.find((candidate) => candidate.ReturnData);
  if (!query) throw invalid(alarm.name, 'no element of the metrics list returns data');
  return query;
}

/** Queries in the API's shape. */
export function describeQueries(queries: readonly MetricQuery[]): object[] {
  return queries.map((query) => ({
    ...query,
    ...(query.MetricStat === undefined
      ? {}
      : {
          MetricStat: {
            ...query.MetricStat,
            Metric: { ...query.MetricStat.Metric, Dimensions: dimensionList(query.MetricStat.Metric.Dimensions) },
          },
        }),
  }));
}

function singleMetric(name: string, input: z.infer<typeof alarmInput>): MetricQuery {
  const { MetricName, Namespace, Statistic, Period } = input;
  if (!MetricName || !Namespace || !Statistic || !Period) {
    throw invalid(name, 'expected Metrics, or MetricName with Namespace, Statistic and Period');
  }
  return {
    Id: 'm1',
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: input.Dimensions },
      Period,
      Stat: Statistic,
      ...(input.Unit === undefined ? {} : { Unit: input.Unit }),
    },
    ReturnData: true,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
function checkPeriods(name: string, queries: readonly MetricQuery[], evaluationPeriods: number): void {
  const periods = queries.flatMap(({ MetricStat, Period }) => MetricStat?.Period ?? Period ?? []);
  const odd = periods.find((period) => ![10, 20, 30].includes(period) && (period <= 0 || period % 60 !== 0));
  if (odd !== undefined) throw invalid(name, `Period must be 10, 20, 30 or a multiple of 60, got ${odd}`);
  const longest = Math.max(...periods, 0);
  const limit = longest >= 3_600 ? WEEK_SECONDS : DAY_SECONDS;
  if (longest * evaluationPeriods > limit) {
    throw invalid(name, `Period times EvaluationPeriods must not be over ${limit} seconds`);
  }
}

function invalid(name: string, what: string): AwsError {
  return new AwsError('ValidationError', `Alarm ${name}: ${what}.`);
}
