/** Where a widget stands on CloudWatch's grid of 24 columns. */
interface Place {
  readonly width: number;
  readonly height: number;
}

/** A widget before it has a place. */
export interface Widget extends Place {
  readonly type: 'text' | 'metric' | 'alarm' | 'log';
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A metric, or an expression over others, as CloudWatch's dashboards write them. */
export type Row = readonly unknown[];

export interface RowOptions {
  readonly label?: string;
  readonly stat?: 'Sum' | 'Average' | 'Maximum' | 'Minimum';
  readonly id?: string;
  readonly visible?: boolean;
  readonly period?: number;
}

export interface ChartOptions extends Partial<Place> {
  readonly stacked?: boolean;
  /** Text beside the left axis. */
  readonly unit?: string;
  readonly period?: number;
  /** A line across the chart: its label and value. */
  readonly line?: readonly [string, number];
}

const COLUMNS = 24;
const REGION = named('AWS::Region');

/** What `Fn::Sub` puts in for a logical ID, an attribute of one, or a pseudo parameter. */
export function named(name: string): string {
  return `\${${name}}`;
}

/** One metric of a chart. */
export function metric(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  options: RowOptions = {},
): Row {
  return [namespace, name, ...Object.entries(dimensions).flat(), options];
}

/** A line of a chart that is computed from others of it. */
export function computed(expression: string, label: string): Row {
  return [{ expression, label }];
}

export function text(markdown: string, height: number): Widget {
  return { type: 'text', width: COLUMNS, height, properties: { markdown } };
}

/** Metrics over time. A minute has one reading of each; longer periods are their maximum unless a row says otherwise. */
export function chart(title: string, metrics: readonly Row[], options: ChartOptions = {}): Widget {
  const { stacked = false, unit, line, period = 60, width = 8, height = 6 } = options;
  return {
    type: 'metric',
    width,
    height,
    properties: {
      title,
      view: 'timeSeries',
      region: REGION,
      stacked,
      stat: 'Maximum',
      period,
      metrics,
      yAxis: { left: { min: 0, showUnits: false, ...(unit === undefined ? {} : { label: unit }) } },
      ...(line === undefined ? {} : { annotations: { horizontal: [{ label: line[0], value: line[1] }] } }),
    },
  };
}

/** The states of alarms, by logical ID. */
export function alarms(title: string, logicalIds: readonly string[], place: Place): Widget {
  return { type: 'alarm', ...place, properties: { title, alarms: logicalIds.map((id) => named(`${id}.Arn`)) } };
}

/** The answer of a query over a log group (CloudWatch Logs Insights). */
export function logTable(title: string, logGroup: string, query: string, place: Place): Widget {
  return {
    type: 'log',
    ...place,
    properties: { title, region: REGION, view: 'table', query: `SOURCE '${logGroup}' | ${query}` },
  };
}

/** Sets widgets from left to right, a new row where one does not fit. */
export function layOut(widgets: readonly Widget[]): object[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return widgets.map((widget) => {
    if (x + widget.width > COLUMNS) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const placed = {
      type: widget.type,
      x,
      y,
      width: widget.width,
      height: widget.height,
      properties: widget.properties,
    };
    x += widget.width;
    rowHeight = Math.max(rowHeight, widget.height);
    return placed;
  });
}
