import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../database.ts';
import type { Statistic } from './input-types.ts';
import type { Series } from './math/values.ts';

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is known of the values of one metric in one stretch of time. */
export interface Datapoint {
  /** Unix epoch, milliseconds. */
  readonly at: number;
  readonly sum: number;
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
}

export interface MetricStore {
  /** Adds to what is known of that moment. */
  add(metric: MetricIdentity, datapoint: Datapoint): void;
  /** Takes the place of what was known of that moment. */
  replace(metric: MetricIdentity, datapoint: Datapoint): void;
  /** All of it is stored, or none. */
  together(action: () => void): void;
  /** One statistic per period of `[from, to)`; periods begin at multiples of their length. */
  series(query: SeriesQuery): Series;
  datapoints(query: Omit<SeriesQuery, 'statistic'>): Datapoint[];
  metrics(filter: { readonly namespace?: string | undefined; readonly name?: string | undefined }): MetricIdentity[];
  /** Forgets data points before a moment, and metrics that have none left. */
  prune(before: number): void;
  /** Forgets data points that are yet to come. */
  forgetAfter(now: number): void;
}

export interface SeriesQuery {
  readonly metric: MetricIdentity;
  readonly statistic: Statistic;
  readonly periodMs: number;
  readonly from: number;
  readonly to: number;
  readonly unit?: string | undefined;
}

/** The one number that a statistic makes of a data point. */
export function statisticOf(statistic: Statistic, datapoint: Omit<Datapoint, 'at' | 'unit'>): number {
  switch (statistic) {
    case 'SampleCount':
      return datapoint.count;
    case 'Average':
      return datapoint.sum / datapoint.count;
    case 'Sum':
      return datapoint.sum;
    case 'Minimum':
      return datapoint.minimum;
    case 'Maximum':
      return datapoint.maximum;
  }
}

/** Metrics and their data points. */
export function metricStore(database: DatabaseSync): MetricStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cloudwatch_metric (
      id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, namespace TEXT NOT NULL, name TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cloudwatch_datapoint (
      metric INTEGER NOT NULL, at INTEGER NOT NULL, unit TEXT NOT NULL, sum REAL NOT NULL, count REAL NOT NULL,
      minimum REAL NOT NULL, maximum REAL NOT NULL, PRIMARY KEY (metric, at, unit)
    ) STRICT, WITHOUT ROWID;
  `);
  const insertMetric = database.prepare(
    'INSERT OR IGNORE INTO cloudwatch_metric (identity, namespace, name) VALUES (?, ?, ?)',
  );
  const selectMetric = database.prepare('SELECT id FROM cloudwatch_metric WHERE identity = ?');
  const selectMetrics = database.prepare(
    `SELECT identity FROM cloudwatch_metric WHERE (?1 IS NULL OR namespace = ?1) AND (?2 IS NULL OR name = ?2)
     ORDER BY identity`,
  );
  const put = 'INTO cloudwatch_datapoint (metric, at, unit, sum, count, minimum, maximum) VALUES (?, ?, ?, ?, ?, ?, ?)';
  const replace = database.prepare(`INSERT OR REPLACE ${put}`);
  const add = database.prepare(`INSERT ${put} ON CONFLICT DO UPDATE SET sum = sum + excluded.sum,
    count = count + excluded.count, minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum)`);
  // A number of JavaScript comes as a real one, by which SQLite would divide without rounding down.
  const period = 'CAST(?1 AS INTEGER)';
  const select = database.prepare(`
    SELECT at / ${period} * ${period} AS at, sum(sum) AS sum, sum(count) AS count, min(minimum) AS minimum, max(maximum) AS maximum,
      min(unit) AS unit
    FROM cloudwatch_datapoint WHERE metric = ?2 AND at >= ?3 AND at < ?4 AND (?5 IS NULL OR unit = ?5)
    GROUP BY at / ${period} ORDER BY 1`);
  const prune = database.prepare('DELETE FROM cloudwatch_datapoint WHERE at < ?');
  const removeAfter = database.prepare('DELETE FROM cloudwatch_datapoint WHERE at > ?');
  const pruneMetrics = database.prepare(
    'DELETE FROM cloudwatch_metric WHERE NOT EXISTS (SELECT 1 FROM cloudwatch_datapoint WHERE metric = id)',
  );
  const ids = new Map<string, number>();

  function idOf(metric: MetricIdentity): number | undefined {
    const identity = identityText(metric);
    const known = ids.get(identity);
    if (known !== undefined) return known;
    const id = selectMetric.get(identity)?.id;
    if (id !== undefined) ids.set(identity, Number(id));
    return id === undefined ? undefined : Number(id);
  }
  function idFor(metric: MetricIdentity): number {
    if (idOf(metric) === undefined) insertMetric.run(identityText(metric), metric.namespace, metric.name);
    return idOf(metric) ?? 0;
  }
  function datapoints(query: Omit<SeriesQuery, 'statistic'>): Datapoint[] {
    const id = idOf(query.metric);
    if (id === undefined) return [];
    return select.all(query.periodMs, id, query.from, query.to, query.unit ?? null) as unknown as Datapoint[];
  }

  return {
    add: (metric, { at, unit, sum, count, minimum, maximum }) =>
      void add.run(idFor(metric), at, unit, sum, count, minimum, maximum),
    replace: (metric, { at, unit, sum, count, minimum, maximum }) =>
      void replace.run(idFor(metric), at, unit, sum, count, minimum, maximum),
    together: (action) => transaction(database, action),
    series: (query) =>
      new Map(datapoints(query).map((datapoint) => [datapoint.at, statisticOf(query.statistic, datapoint)])),
    datapoints,
    metrics: ({ namespace, name }) =>
      selectMetrics.all(namespace ?? null, name ?? null).map((row) => identityOf(String(row.identity))),
    forgetAfter: (now) => void removeAfter.run(now),
    prune(before) {
      prune.run(before);
      pruneMetrics.run();
      ids.clear();
    },
  };
}

function identityText({ namespace, name, dimensions }: MetricIdentity): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function identityOf(text: string): MetricIdentity {
  const [namespace, name, dimensions] = JSON.parse(text);
  return { namespace, name, dimensions: Object.fromEntries(dimensions) };
}
