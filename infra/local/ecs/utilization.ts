import type { MetricDatum } from '../ports.ts';
import type { Ecs } from './ecs.ts';
import type { Task } from './task.ts';
import type { ContainerUse } from './task-runtime.ts';

/** CPU units of one processor. */
const UNITS_PER_CPU = 1024;
const MIB = 2 ** 20;

/** What one task had used when it was looked at. */
interface Look {
  /** Unix epoch, milliseconds. */
  readonly at: number;
  readonly cpuSeconds: number;
}

/**
 * AWS/ECS CPUUtilization and MemoryUtilization of every service with running tasks: what its tasks have used since the look
 * before, as a percentage of what they have reserved.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html
 */
export function utilizationMetrics(ecs: Ecs): () => MetricDatum[] {
  let before = new Map<string, Look>();

  function utilizationOf(tasks: readonly Task[], now: number, looks: Map<string, Look>) {
    const sums = { cpu: 0, cpuReserved: 0, memory: 0, memoryReserved: 0 };
    for (const task of tasks) {
      const use = ecs.runner.use(task.taskId);
      if (!use) continue;
      looks.set(task.taskId, { at: now, cpuSeconds: use.cpuSeconds });
      sums.memory += use.memoryBytes;
      sums.memoryReserved += Number(task.memory) * MIB;
      const units = cpuUnits(use, now, before.get(task.taskId) ?? { at: task.times.startedAt ?? now, cpuSeconds: 0 });
      if (units === undefined) continue;
      sums.cpu += units;
      sums.cpuReserved += Number(task.cpu);
    }
    return sums;
  }

  return function readUtilization() {
    const now = ecs.clock.now();
    const looks = new Map<string, Look>();
    const data = ecs.services.list().flatMap(({ clusterName, name }) => {
      const running = ecs.tasks.active(clusterName, name).filter(({ lastStatus }) => lastStatus === 'RUNNING');
      const sums = utilizationOf(running, now, looks);
      const shared = { namespace: 'AWS/ECS', dimensions: { ClusterName: clusterName, ServiceName: name } };
      return [
        ...percentage({ ...shared, name: 'CPUUtilization' }, sums.cpu, sums.cpuReserved),
        ...percentage({ ...shared, name: 'MemoryUtilization' }, sums.memory, sums.memoryReserved),
      ];
    });
    before = looks;
    return data;
  };
}

/** The CPU units that a task has used on average since a look; undefined when no time has passed. */
function cpuUnits({ cpuSeconds }: ContainerUse, now: number, since: Look): number | undefined {
  const seconds = (now - since.at) / 1000;
  if (seconds <= 0) return undefined;
  return (Math.max(0, cpuSeconds - since.cpuSeconds) / seconds) * UNITS_PER_CPU;
}

/** Nothing is published for a service of which nothing is known. */
function percentage(metric: Pick<MetricDatum, 'namespace' | 'name' | 'dimensions'>, used: number, of: number) {
  return of > 0 ? [{ ...metric, value: (used / of) * 100, unit: 'Percent' }] : [];
}
