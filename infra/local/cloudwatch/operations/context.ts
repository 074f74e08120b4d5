import type { Clock } from '../../clock.ts';
import { describeQueries, returningQuery } from '../alarm-definition.ts';
import type { AlarmStore, CompositeAlarm, MetricAlarm } from '../alarm-store.ts';
import type { AlarmEvaluation } from '../alarms.ts';
import type { DashboardStore } from '../dashboard-store.ts';
import { dimensionList } from '../input-types.ts';
import type { MetricStore } from '../metric-store.ts';

/** What the operations work on. */
export interface CloudwatchContext {
  readonly clock: Clock;
  /** The moment of `clock` for one of the wall. */
  momentOf(wallTime: number): number;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly alarms: AlarmStore;
  readonly evaluation: AlarmEvaluation;
  readonly dashboards: DashboardStore;
}

/** A composite alarm in the API's shape. */
export function describeCompositeAlarm(alarm: CompositeAlarm): object {
  return { ...describeCommon(alarm), AlarmRule: alarm.definition.rule };
}

/** An alarm over metrics in the API's shape. */
export function describeAlarm(alarm: MetricAlarm): object {
  const { definition } = alarm;
  const { MetricStat } = returningQuery(definition);
  const what =
    definition.singleMetric && MetricStat
      ? {
          MetricName: MetricStat.Metric.MetricName,
          Namespace: MetricStat.Metric.Namespace,
          Statistic: MetricStat.Stat,
          Dimensions: dimensionList(MetricStat.Metric.Dimensions),
          Period: MetricStat.Period,
          Unit: MetricStat.Unit,
        }
      : { Metrics: describeQueries(definition.queries), Dimensions: [] };
  return {
    ...describeCommon(alarm),
    ...what,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.missingData,
  };
}

function describeCommon({ definition, arn, status, configuredAt }: MetricAlarm | CompositeAlarm): object {
  return {
    AlarmName: definition.name,
    AlarmArn: arn,
    AlarmDescription: definition.description,
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    ActionsEnabled: definition.actionsEnabled,
    OKActions: definition.actions.OK,
    AlarmActions: definition.actions.ALARM,
    InsufficientDataActions: definition.actions.INSUFFICIENT_DATA,
    StateValue: status.value,
    StateReason: status.reason,
    StateReasonData: status.reasonData,
    StateUpdatedTimestamp: new Date(status.at),
    StateTransitionedTimestamp: new Date(status.at),
  };
}
