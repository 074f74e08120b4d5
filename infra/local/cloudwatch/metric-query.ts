import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { dimensions, flag, integer, statistic } from './input-types.ts';
import { isList, isSeries, type LabelledSeries, type Series, type Value } from './math/values.ts';
import { evaluateExpression, expressionNames } from './metric-math.ts';
import type { MetricStore } from './metric-store.ts';

/** One entry of a GetMetricData request or of an alarm's `Metrics`: a metric, or an expression over other entries. */
export const metricQuerySchema = z
  .strictObject({
    Id: z.string().regex(/^[a-z]\w*$/, 'expected a letter of lower case, then letters, digits and underscores'),
    MetricStat: z
      .strictObject({
        Metric: z.strictObject({
          Namespace: z.string().min(1),
          MetricName: z.string().min(1),
          Dimensions: dimensions.default({}),
        }),
        Period: integer,
        Stat: statistic,
        Unit: z.string().optional(),
      })
      .optional(),
    Expression: z.string().optional(),
    Label: z.string().optional(),
    ReturnData: flag.default(true),
    Period: integer.optional(),
    // There is one account.
    AccountId: z.string().optional(),
  })
  .refine((query) => (query.MetricStat === undefined) !== (query.Expression === undefined), {
    message: 'expected either MetricStat or Expression',
  });

export type MetricQuery = z.infer<typeof metricQuerySchema>;

const DEFAULT_PERIOD_SECONDS = 60;

/** The values of a set of queries over `[from, to)`. */
export interface QueryResult {
  value(id: string): Value;
  /** The queries that are metrics, by ID. */
  readonly metrics: readonly (LabelledSeries & { readonly id: string })[];
}

/** The longest period among queries, milliseconds: the grid that expressions are evaluated on. */
export function periodMsOf(queries: readonly MetricQuery[]): number {
  const periods = queries.flatMap((query) => query.MetricStat?.Period ?? query.Period ?? []);
  return Math.max(...(periods.length > 0 ? periods : [DEFAULT_PERIOD_SECONDS])) * 1000;
}

/** Reads the metrics and evaluates the expressions, each once. Throws ValidationError on an unknown ID or a circle. */
export function runQueries(
  store: MetricStore,
  queries: readonly MetricQuery[],
  range: { readonly from: number; readonly to: number },
): QueryResult {
  const byId = new Map(queries.map((query) => [query.Id, query]));
  if (byId.size < queries.length) throw new AwsError('ValidationError', 'Two queries have the same ID.');
  const times = periodsOf(periodMsOf(queries), range);
  const metrics = queries.flatMap((query) => (query.MetricStat ? [readMetric(store, query, range)] : []));
  const values = new Map<string, Value>(metrics.map(({ id, series }) => [id, series]));

  function evaluate(query: MetricQuery, path: readonly string[]): Value {
    const known = values.get(query.Id);
    if (known !== undefined) return known;
    if (path.includes(query.Id)) throw new AwsError('ValidationError', `${query.Id} is computed from itself.`);
    const inner = (id: string) => {
      const other = byId.get(id);
      return other && evaluate(other, [...path, query.Id]);
    };
    const value = evaluateExpression(query.Expression ?? '', { value: inner, metrics, times });
    values.set(query.Id, value);
    return value;
  }

  return {
    metrics,
    value(id) {
      const query = byId.get(id);
      if (!query) throw new AwsError('ValidationError', `There is no query ${id}.`);
      return evaluate(query, []);
    },
  };
}

/** The series that a query gives; a list gives several, a scalar none (an expression must end in time series). */
export function seriesOfValue(query: MetricQuery, value: Value): readonly LabelledSeries[] {
  if (isList(value)) return value;
  if (isSeries(value))
    return [{ label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id, series: value }];
  throw new AwsError('ValidationError', `The expression of ${query.Id} gives a scalar; expected a time series.`);
}

/** Throws ValidationError when an expression cannot be parsed or names a query that is not there. */
export function validateQueries(queries: readonly MetricQuery[]): void {
  const ids = new Set(queries.map((query) => query.Id));
  for (const query of queries) {
    const unknown = expressionNames(query.Expression ?? '0').find((name) => !ids.has(name));
    if (unknown !== undefined) {
      throw new AwsError('ValidationError', `Invalid metrics list: ${query.Id} names ${unknown}, which is no query.`);
    }
  }
}

function readMetric(store: MetricStore, query: MetricQuery, range: { from: number; to: number }) {
  const stat = query.MetricStat;
  const series: Series = stat
    ? store.series({
        metric: { namespace: stat.Metric.Namespace, name: stat.Metric.MetricName, dimensions: stat.Metric.Dimensions },
        statistic: stat.Stat,
        periodMs: stat.Period * 1000,
        unit: stat.Unit,
        ...range,
      })
    : new Map();
  return { id: query.Id, label: query.Label ?? stat?.Metric.MetricName ?? query.Id, series };
}

function periodsOf(periodMs: number, range: { from: number; to: number }): number[] {
  const first = Math.ceil(range.from / periodMs) * periodMs;
  const count = Math.max(0, Math.ceil((range.to - first) / periodMs));
  return Array.from({ length: count }, (_, index) => first + index * periodMs);
}
