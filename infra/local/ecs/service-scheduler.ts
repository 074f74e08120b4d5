import type { PublishEvent } from '../ports.ts';
import type { Ecs } from './ecs.ts';
import { launchTasks } from './launch-tasks.ts';
import { planService, type ServicePlan } from './plan-service.ts';
import { failedToRun, failedToStart, restartDelayMs, startedWell } from './restart-delay.ts';
import { noteFailure, noteHealthy, settleDeployments } from './rollout.ts';
import { bakedAt, noteAlarms } from './rollout-alarms.ts';
import { type Deployment, primaryOf, type Service } from './service.ts';
import { serviceAction } from './service-action-event.ts';
import type { Task } from './task.ts';

/** Keeps every service at its desired count. */
export interface ServiceScheduler {
  start(): void;
  stop(): void;
  /** Looks at a service soon: something about it has changed. `fresh` forgets the failures of its tasks. */
  poke(cluster: string, service: string, fresh?: boolean): void;
  /** Hears of every change of an alarm. */
  alarmChanged(name: string): void;
  /** Hears of every change of a task. */
  taskChanged(task: Task): void;
}

interface Pace {
  failuresInRow: number;
  /** No task is started before this time, a Unix epoch in milliseconds. */
  notBefore: number;
  cancelWake: () => void;
}

/** After this many failures in a row the service says that it cannot start tasks. */
const IMPAIRED_AFTER = 3;
/** Room on a full machine is looked for this often. */
const RETRY_PLACEMENT_MS = 15_000;

/** A scheduler without a loop of its own: it acts when something has changed, or when a wait is over. */
export function serviceScheduler(
  ecs: () => Ecs,
  publishEvent: PublishEvent,
  onSteady: (cluster: string, service: string) => void = () => {},
): ServiceScheduler {
  const paces = new Map<string, Pace>();
  const poked = new Set<string>();
  let active = false;

  function paceOf(cluster: string, name: string): Pace {
    const key = `${cluster}/${name}`;
    const pace = paces.get(key) ?? { failuresInRow: 0, notBefore: 0, cancelWake: () => undefined };
    paces.set(key, pace);
    return pace;
  }

  function poke(cluster: string, name: string, fresh = false): void {
    if (fresh) Object.assign(paceOf(cluster, name), { failuresInRow: 0, notBefore: 0 });
    const key = `${cluster}/${name}`;
    if (!active || poked.has(key)) return;
    poked.add(key);
    setImmediate(() => {
      poked.delete(key);
      const service = active ? ecs().services.find(cluster, name) : undefined;
      if (service) reconcile(service);
    });
  }

  function wake(service: Service, at: number): void {
    const pace = paceOf(service.clusterName, service.name);
    pace.cancelWake();
    pace.cancelWake = ecs().clock.after(at - ecs().clock.now(), () => poke(service.clusterName, service.name));
  }

  function reconcile(known: Service): void {
    const { clock, tasks, services } = ecs();
    const now = clock.now();
    const found = noteAlarms(ecs(), known);
    const running = tasks.active(found.clusterName, found.name);
    const plan = planService(found, running, now);
    let service = stopTasks(ecs(), found, plan);
    const until = plan.heldBack.map((task) => task.protectedUntil ?? now);
    if (until.length > 0) wake(service, Math.min(...until));
    const { notBefore } = paceOf(service.clusterName, service.name);
    if (plan.start > 0 && primaryOf(service).rolloutState !== 'FAILED') {
      if (notBefore > now) wake(service, notBefore);
      else service = startTasks(service, plan.start, running.length);
    }
    service = settleDeployments(ecs(), service, plan.steady);
    if (plan.steady && primaryOf(service).rolloutState === 'IN_PROGRESS') wake(service, bakedAt(ecs(), service));
    if (plan.steady) onSteady(service.clusterName, service.name);
    if (!plan.steady || service.steady) return;
    service = services.say(services.change(service, { steady: true }), 'has reached a steady state.');
    publishEvent(serviceAction(service, 'INFO', 'SERVICE_STEADY_STATE', now));
  }

  function startTasks(service: Service, count: number, firstIndex: number): Service {
    const launched = launchForService(ecs(), service, count, firstIndex);
    if (typeof launched === 'string') {
      wake(service, ecs().clock.now() + RETRY_PLACEMENT_MS);
      publishEvent(serviceAction(service, 'ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', ecs().clock.now(), launched));
      return ecs().services.say(service, `was unable to place a task. Reason: ${launched}.`);
    }
    return ecs().services.say(service, `has started ${launched.length} tasks: ${listed(launched)}.`);
  }

  function fail(task: Task, service: Service): void {
    const pace = paceOf(service.clusterName, service.name);
    pace.failuresInRow += 1;
    pace.notBefore = ecs().clock.now() + restartDelayMs(pace.failuresInRow);
    const noted = failedToStart(task) ? noteFailure(ecs(), service, task) : service;
    if (pace.failuresInRow !== IMPAIRED_AFTER) return;
    const said = ecs().services.say(noted, 'is unable to consistently start tasks successfully.');
    publishEvent(serviceAction(said, 'WARN', 'SERVICE_TASK_START_IMPAIRED', ecs().clock.now()));
  }

  return {
    poke,
    start() {
      active = true;
      for (const service of ecs().services.list()) {
        // The bundle behind an image may have changed while the stand-in was down: a broken roll-out gets a new chance.
        const deployments = service.deployments.map((deployment) =>
          deployment.rolloutState === 'FAILED' ? restarted(deployment) : deployment,
        );
        ecs().services.change(service, { deployments });
        poke(service.clusterName, service.name, true);
      }
    },
    stop() {
      active = false;
      for (const pace of paces.values()) pace.cancelWake();
    },
    alarmChanged(name) {
      for (const { clusterName, name: service, deploymentConfiguration } of ecs().services.list()) {
        if (deploymentConfiguration.alarms?.alarmNames.includes(name)) poke(clusterName, service);
      }
    },
    taskChanged(task) {
      if (task.service === undefined || (task.lastStatus !== 'RUNNING' && task.lastStatus !== 'STOPPED')) return;
      const service = active ? ecs().services.find(task.clusterName, task.service) : undefined;
      if (!service) return;
      if (failedToRun(task)) fail(task, service);
      else if (task.lastStatus === 'STOPPED') paceOf(task.clusterName, task.service).failuresInRow = 0;
      if (startedWell(task)) noteHealthy(ecs(), service, task);
      poke(task.clusterName, task.service);
    },
  };
}

/** A roll-out that failed, as if it began now. */
function restarted({ alarmsWatched: _watched, steadyAt: _steady, ...deployment }: Deployment): Deployment {
  return { ...deployment, rolloutState: 'IN_PROGRESS', failedTasks: 0 };
}

function stopTasks(ecs: Ecs, service: Service, { stop }: ServicePlan): Service {
  for (const { taskId, startedBy } of stop) {
    ecs.runner.stop(taskId, {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: `Scaling activity initiated by (deployment ${startedBy})`,
    });
  }
  if (stop.length === 0) return service;
  return ecs.services.say(
    ecs.services.change(service, { steady: false }),
    `has stopped ${stop.length} running tasks: ${listed(stop)}.`,
  );
}

/** The tasks that were started, or why there is none. */
function launchForService(ecs: Ecs, service: Service, count: number, firstIndex: number): readonly Task[] | string {
  const deployment = primaryOf(service);
  const definition = ecs.definitions.find(deployment.taskDefinitionArn);
  const cluster = ecs.clusters.find(service.clusterName);
  if (!definition || !cluster) return `${deployment.taskDefinitionArn} does not exist`;
  try {
    const { tasks, failures } = launchTasks(
      ecs,
      {
        ...service,
        cluster,
        definition,
        group: `service:${service.name}`,
        service: service.name,
        startedBy: deployment.id,
        overrides: { containerOverrides: [] },
        tags: propagatedTags(service, definition.tags),
      },
      count,
      { firstIndex },
    );
    return tasks.length > 0 ? tasks : (failures[0]?.reason ?? 'there is no room');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function propagatedTags(service: Service, definitionTags: Task['tags']): Task['tags'] {
  if (service.propagateTags === 'SERVICE') return service.tags;
  return service.propagateTags === 'TASK_DEFINITION' ? definitionTags : [];
}

function listed(tasks: readonly Task[]): string {
  return tasks.map(({ taskId }) => `(task ${taskId})`).join(' ');
}
