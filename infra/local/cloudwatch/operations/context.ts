import type { Clock } from '../../clock.ts';
import { describeQueries, returningQuery } from '../alarm-definition.ts';
import type { Alarm, AlarmStore } from '../alarm-store.ts';
import type { AlarmEvaluation } from '../alarms.ts';
import type { DashboardStore } from '../dashboard-store.ts';
import { dimensionList } from '../input-types.ts';
import type { MetricStore } from '../metric-store.ts';

/** What the operations work on. */
export interface CloudwatchContext {
  readonly clock: Clock;
  readonly region: string;
  readonly metrics: MetricStore;
  readonly alarms: AlarmStore;
  readonly evaluation: AlarmEvaluation;
  readonly dashboards: DashboardStore;
}

/** An alarm in the API's shape. */
export function describeAlarm({ definition, arn, status, configuredAt }: Alarm): object {
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
    ...what,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.missingData,
  };
}
