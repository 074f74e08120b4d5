import type { MetricDatum } from '../ports.ts';
import type { Ecs } from './ecs.ts';
import type { Task } from './task.ts';

/** How many tasks a service has and wants. */
export interface RunningTaskCount {
  readonly cluster: string;
  readonly service: string;
  readonly running: number;
  readonly pending: number;
  readonly desired: number;
}

/** Tasks by what describe calls count them as: a stopping task is neither running nor pending. */
export function countTasks(tasks: readonly Task[]): { runningCount: number; pendingCount: number } {
  const pending = ['PROVISIONING', 'PENDING', 'ACTIVATING'];
  return {
    runningCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter(({ lastStatus }) => pending.includes(lastStatus)).length,
  };
}

/** The counts of every service. */
export function runningTaskCounts(ecs: Ecs): RunningTaskCount[] {
  return ecs.services.list().map(({ clusterName, name, desiredCount }) => {
    const { runningCount, pendingCount } = countTasks(ecs.tasks.active(clusterName, name));
    return { cluster: clusterName, service: name, running: runningCount, pending: pendingCount, desired: desiredCount };
  });
}

/** The counts as Container Insights publishes them. */
export function serviceMetrics(ecs: Ecs): MetricDatum[] {
  return runningTaskCounts(ecs).flatMap(({ cluster, service, running, pending, desired }) => {
    const shared = { namespace: 'ECS/ContainerInsights', dimensions: { ClusterName: cluster, ServiceName: service } };
    return [
      { ...shared, name: 'RunningTaskCount', value: running, unit: 'Count' },
      { ...shared, name: 'PendingTaskCount', value: pending, unit: 'Count' },
      { ...shared, name: 'DesiredTaskCount', value: desired, unit: 'Count' },
    ];
  });
}
