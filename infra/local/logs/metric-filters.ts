import type { LogLine, MetricDatum, PutMetrics } from '../ports.ts';
import type { LineFilter } from './filter-pattern.ts';

/** Turns lines of one group into data points of one metric. */
export interface MetricFilter {
  readonly groupName: string;
  readonly wants: LineFilter;
  readonly namespace: string;
  readonly metricName: string;
  /** What each line that is wanted counts: always the same, or what the line says. */
  readonly value: number | ((message: string) => number | undefined);
  /** What lines that are not wanted count; undefined: nothing, as if there were none. */
  readonly defaultValue: number | undefined;
}

export interface MetricFilters {
  /** Adds a filter, or replaces the one of the same name. */
  put(name: string, filter: MetricFilter): void;
  /** Counts lines that have just been appended to a group. */
  count(groupName: string, lines: readonly LogLine[]): void;
}

/** The metric filters of every group. The template puts them on each boot: nothing of them is stored. */
export function metricFilters(putMetrics: PutMetrics): MetricFilters {
  const filters = new Map<string, MetricFilter>();
  return {
    put: (name, filter) => void filters.set(name, filter),
    count(groupName, lines) {
      const data = [...filters.values()]
        .filter((filter) => filter.groupName === groupName)
        .flatMap((filter) => lines.flatMap((line) => dataPoint(filter, line)));
      if (data.length > 0) putMetrics(data);
    },
  };
}

function dataPoint(filter: MetricFilter, { message }: LogLine): MetricDatum[] {
  const wanted = typeof filter.value === 'number' ? filter.value : filter.value(message);
  const value = filter.wants(message) ? wanted : filter.defaultValue;
  return value === undefined
    ? []
    : [{ namespace: filter.namespace, name: filter.metricName, dimensions: {}, value, unit: 'None' }];
}
