import { ACCOUNT_ID } from '../account.ts';
import type { BusEvent } from '../ports.ts';
import { describeQueries, returningQuery } from './alarm-definition.ts';
import type { Decision } from './alarm-state.ts';
import { type Alarm, type AlarmStatus, isComposite, type MetricAlarm } from './alarm-store.ts';
import { periodMsOf } from './metric-query.ts';

/** A change of an alarm's state. */
export interface Transition {
  readonly alarm: Alarm;
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
}

/** Timestamps in CloudWatch's JSON: `2026-03-01T12:00:00.000+0000`. */
export function offsetTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

/** The "CloudWatch Alarm State Change" event. */
export function stateChangeEvent({ alarm, from, to }: Transition): BusEvent {
  const { definition } = alarm;
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: definition.name,
      state: eventState(to),
      previousState: eventState(from),
      configuration: {
        ...(definition.description === undefined ? {} : { description: definition.description }),
        ...(isComposite(alarm)
          ? { alarmRule: alarm.definition.rule }
          : { metrics: eventMetrics(alarm as MetricAlarm) }),
      },
    },
  };
}

function eventMetrics({ definition }: MetricAlarm): object[] {
  return definition.queries.map((query) => ({
    id: query.Id,
    ...(query.Expression === undefined ? {} : { expression: query.Expression }),
    ...(query.Label === undefined ? {} : { label: query.Label }),
    ...(query.MetricStat === undefined
      ? {}
      : {
          metricStat: {
            metric: {
              namespace: query.MetricStat.Metric.Namespace,
              name: query.MetricStat.Metric.MetricName,
              dimensions: query.MetricStat.Metric.Dimensions,
            },
            period: query.MetricStat.Period,
            stat: query.MetricStat.Stat,
          },
        }),
    returnData: query.ReturnData,
  }));
}

/** What an SNS topic is told. */
export function notification({ alarm, from, to }: Transition, region: string): string {
  const { definition } = alarm;
  return JSON.stringify({
    AlarmName: definition.name,
    AlarmDescription: definition.description ?? null,
    AWSAccountId: ACCOUNT_ID,
    AlarmConfigurationUpdatedTimestamp: offsetTime(alarm.configuredAt),
    NewStateValue: to.value,
    NewStateReason: to.reason,
    StateChangeTime: offsetTime(to.at),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: from.value,
    OKActions: definition.actions.OK,
    AlarmActions: definition.actions.ALARM,
    InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
    ...(isComposite(alarm)
      ? { AlarmRule: alarm.definition.rule, TriggeringChildren: triggeringChildren(to) }
      : { Trigger: trigger(alarm as MetricAlarm) }),
  });
}

/** What a scaling policy is told: the data points, newest first, and what they were compared with. */
export function scalingMessage(alarm: MetricAlarm, state: string, datapoints: readonly number[]): string {
  const { name, threshold, comparison } = alarm.definition;
  return JSON.stringify({ alarmName: name, state, threshold, comparisonOperator: comparison, datapoints });
}

/** What stands in an alarm's StateReasonData. */
export function reasonData(alarm: MetricAlarm, decision: Decision, now: number): string {
  const { definition } = alarm;
  const { MetricStat } = returningQuery(definition);
  return JSON.stringify({
    version: '1.0',
    queryDate: offsetTime(now),
    startDate: decision.datapoints.length > 0 ? offsetTime(decision.datapoints.at(-1)?.at ?? now) : undefined,
    statistic: MetricStat?.Stat,
    period: periodMsOf(definition.queries) / 1000,
    recentDatapoints: decision.datapoints.map((point) => point.value).reverse(),
    threshold: definition.threshold,
    evaluatedDatapoints: decision.datapoints.map((point) => ({ timestamp: offsetTime(point.at), value: point.value })),
  });
}

function eventState(status: AlarmStatus): object {
  return {
    value: status.value,
    reason: status.reason,
    ...(status.reasonData === undefined ? {} : { reasonData: status.reasonData }),
    timestamp: offsetTime(status.at),
  };
}

function triggeringChildren({ reasonData }: AlarmStatus): unknown {
  const { triggeringAlarms = [] } = JSON.parse(reasonData ?? '{}');
  return triggeringAlarms.map(({ arn, state }: { arn: string; state: { value: string; timestamp: string } }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }));
}

function trigger({ definition }: MetricAlarm): object {
  const rules = {
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    ComparisonOperator: definition.comparison,
    Threshold: definition.threshold,
    TreatMissingData: definition.missingData,
    EvaluateLowSampleCountPercentile: '',
  };
  const period = periodMsOf(definition.queries) / 1000;
  const { MetricStat } = returningQuery(definition);
  if (!definition.singleMetric || !MetricStat) {
    return { Period: period, ...rules, Metrics: describeQueries(definition.queries) };
  }
  return {
    MetricName: MetricStat.Metric.MetricName,
    Namespace: MetricStat.Metric.Namespace,
    StatisticType: 'Statistic',
    Statistic: MetricStat.Stat.toUpperCase(),
    Unit: MetricStat.Unit ?? null,
    Dimensions: Object.entries(MetricStat.Metric.Dimensions).map(([name, value]) => ({ value, name })),
    Period: period,
    ...rules,
  };
}
