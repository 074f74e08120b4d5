import { type CostRow, priced } from './row.ts';
import type { IdleRule } from './rules.ts';

/** A metric of an alarm: one by itself, or a step of an expression. */
interface MetricStep {
  readonly MetricStat?: unknown;
}

/** An alarm is paid by the metrics that it looks at. */
export const alarmRule: IdleRule = ({ logicalId, properties }) => {
  const steps = (properties.Metrics ?? []) as readonly MetricStep[];
  const metrics = steps.length === 0 ? 1 : steps.filter(({ MetricStat }) => MetricStat !== undefined).length;
  const fast = Number(properties.Period ?? 60) < 60;
  return [priced(logicalId, fast ? 'highResolutionAlarm' : 'standardAlarm', metrics)];
};

export const compositeAlarmRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'compositeAlarm', 1)];

export const dashboardRule: IdleRule = ({ logicalId }) => [priced(logicalId, 'dashboard', 1)];

/** Of a cluster: ContainerInstanceCount, ServiceCount, TaskCount; of a service: deployments, task sets, and tasks by state. */
const COUNTS = { cluster: 3, service: 5 };
/** CPU, memory and ephemeral storage, reserved and used; network and storage, in and out. */
const USAGE = 10;

/**
 * Container Insights charges what it reports as custom metrics, by the hours in which it reports them. A task that runs once
 * an hour, as the sweep does, makes the metrics of the cluster and of its family count all month.
 */
export const clusterRule: IdleRule = ({ logicalId, properties }, context) => {
  const settings = (properties.ClusterSettings ?? []) as readonly { Name?: string; Value?: string }[];
  const value = settings.find(({ Name }) => Name === 'containerInsights')?.Value ?? 'disabled';
  if (value === 'disabled') return [];
  const services = context.ofType('AWS::ECS::Service');
  const hourly = context.ofType('AWS::Scheduler::Schedule').length > 0 ? 1 : 0;
  const rows: CostRow[] = [
    priced(logicalId, 'customMetric', COUNTS.cluster + COUNTS.service * services.length, 'Container Insights: counts'),
  ];
  const standing = services.filter(({ properties: { DesiredCount } }) => Number(DesiredCount ?? 1) > 0).length;
  const reporting = Math.max(hourly, Math.min(1, standing)) + hourly + 2 * standing;
  return reporting === 0
    ? rows
    : [
        ...rows,
        priced(logicalId, 'customMetric', USAGE * reporting, 'Container Insights: usage, of the sweep’s tasks too'),
      ];
};
