import type { AlarmDefinition, Comparison, State } from './alarm-definition.ts';

/** One period of an alarm's evaluation range; without a value it is missing. */
export interface Point {
  /** Start of the period, Unix epoch in milliseconds. */
  readonly at: number;
  readonly value?: number | undefined;
}

/** A period that has a value. */
export interface RealPoint {
  readonly at: number;
  readonly value: number;
}

export interface Decision {
  readonly state: State;
  readonly reason: string;
  /** The data points that decided, newest first. */
  readonly datapoints: readonly RealPoint[];
}

type Rules = Pick<
  AlarmDefinition,
  'evaluationPeriods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'missingData'
>;

/**
 * More periods are looked at than are evaluated, so that a late data point is no missing one. AWS does not say how many
 * more; its examples look at five periods for an alarm of three.
 */
export const EXTRA_PERIODS = 2;

const WORDS: Record<Comparison, string> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

export function breaches(rules: Pick<Rules, 'comparison' | 'threshold'>, value: number): boolean {
  switch (rules.comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= rules.threshold;
    case 'GreaterThanThreshold':
      return value > rules.threshold;
    case 'LessThanThreshold':
      return value < rules.threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= rules.threshold;
  }
}

/**
 * The state of an alarm over the points of its evaluation range, newest first; undefined when the current state is kept.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function decideState(rules: Rules, points: readonly Point[]): Decision | undefined {
  const real = points.filter((point): point is RealPoint => point.value !== undefined);
  const evaluated = real.slice(0, rules.evaluationPeriods);
  const missing = rules.evaluationPeriods - evaluated.length;
  const breaching = evaluated.filter((point) => breaches(rules, point.value)).length;
  const decide = (state: State) => ({ state, reason: reasonFor(rules, state, evaluated), datapoints: evaluated });

  if (breaching >= rules.datapointsToAlarm) return decide('ALARM');
  if (missing === 0 || rules.missingData === 'notBreaching') return decide('OK');
  if (rules.missingData === 'breaching') return decide(breaching + missing >= rules.datapointsToAlarm ? 'ALARM' : 'OK');
  if (evaluated.length === 0) return rules.missingData === 'ignore' ? undefined : decide('INSUFFICIENT_DATA');
  if (breaching < evaluated.length) return decide('OK');
  // Nothing but breaching points, too few of them: once the oldest is old enough the alarm does not wait for more.
  const oldest = evaluated.at(-1);
  const age = points.findIndex((point) => point.at === oldest?.at) + 1;
  return rules.missingData === 'missing' && age >= rules.datapointsToAlarm ? decide('ALARM') : undefined;
}

function reasonFor(rules: Rules, state: State, evaluated: readonly RealPoint[]): string {
  const periods = rules.evaluationPeriods;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(periods)} ${periods === 1 ? 'was' : 'were'} unknown.`;
  }
  const missing = missingWords(rules, periods - evaluated.length);
  if (evaluated.length === 0) {
    const length = periods === 1 ? '1 period' : `${periods} periods`;
    return `Threshold Crossed: no datapoints were received for ${length} and ${missing}.`;
  }
  const holding = evaluated.filter((point) => breaches(rules, point.value) === (state === 'ALARM'));
  const list = holding.map((point) => `${decimal(point.value)} (${shortTime(point.at)})`).join(', ');
  const held =
    `${holding.length} out of the last ${periods} datapoints [${list}] ${holding.length === 1 ? 'was' : 'were'} ` +
    `${state === 'ALARM' ? '' : 'not '}${WORDS[rules.comparison]} the threshold (${decimal(rules.threshold)})`;
  const facts = [...(holding.length > 0 ? [held] : []), ...(missing ? [missing] : [])].join(' and ');
  const least = state === 'ALARM' ? rules.datapointsToAlarm : periods - rules.datapointsToAlarm + 1;
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return `Threshold Crossed: ${facts} (minimum ${counted(least)} for ${transition} transition).`;
}

/** What was made of missing data points, where they were made something of. */
function missingWords(rules: Rules, missing: number): string | undefined {
  if (missing === 0 || rules.missingData === 'missing' || rules.missingData === 'ignore') return undefined;
  const treated = rules.missingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  return `${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'} treated as [${treated}]`;
}

function counted(datapoints: number): string {
  return datapoints === 1 ? '1 datapoint' : `${datapoints} datapoints`;
}

/** Numbers as CloudWatch prints them: `5.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `DD/MM/YY HH:MM:SS`, as CloudWatch prints times in a reason. */
function shortTime(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
