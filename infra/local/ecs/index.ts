import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import type { WireService } from '../http/wire.ts';
import { ALL_RIGHTS, type AppendLog, type MetricDatum, type PublishEvent, type Rights } from '../ports.ts';
import type { Credentials } from '../principals.ts';
import type { LocalService } from '../service.ts';
import { agentWire } from './agent/agent-wire.ts';
import { sweepLeftovers } from './boot-sweep.ts';
import type { Capacity } from './capacity.ts';
import { clientTokens } from './client-tokens.ts';
import { clusters } from './clusters.ts';
import { stateChangeEvent } from './describe-task.ts';
import type { Ecs } from './ecs.ts';
import { engineRuntime, type TaskContainers } from './engine/engine-runtime.ts';
import { engineRecords } from './engine/leftovers.ts';
import { logStreamOf } from './log-stream.ts';
import { taskArn } from './names.ts';
import { operations } from './operations/index.ts';
import type { PlanSources, TaskImage } from './plan-sources.ts';
import { type Cgroups, findCgroups } from './process/cgroup.ts';
import { findLauncher } from './process/launcher.ts';
import { memoryCeilings } from './process/memory-ceiling.ts';
import { processRuntime } from './process/process-runtime.ts';
import { processes } from './processes.ts';
import { capacityProviderProvider } from './resources/capacity-provider.ts';
import { clusterProvider } from './resources/cluster.ts';
import { clusterCapacityProvidersProvider } from './resources/cluster-capacity-providers.ts';
import { serviceProvider } from './resources/service.ts';
import { taskDefinitionProvider } from './resources/task-definition.ts';
import type { FindAlarm } from './rollout-alarms.ts';
import { createTables } from './schema.ts';
import { type RunningTaskCount, runningTaskCounts, serviceMetrics } from './service-counts.ts';
import { serviceScheduler } from './service-scheduler.ts';
import { services } from './services.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';
import { taskDefinitions } from './task-definitions.ts';
import { mayLog } from './task-rights.ts';
import { taskRunner } from './task-runner.ts';
import { tasks } from './tasks.ts';
import { utilizationMetrics } from './utilization.ts';

export { CONTAINER_ENGINES, type ContainerEngine, type EngineName, findEngine } from './engine/container-engine.ts';
export type { TaskContainers } from './engine/engine-runtime.ts';
export type { TaskImage } from './plan-sources.ts';
export type { RunningTaskCount } from './service-counts.ts';

export interface EcsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  /** Scratch folders of tasks stand below it. */
  readonly directory: string;
  readonly publishEvent: PublishEvent;
  readonly appendLog: AppendLog;
  /** The stand-in's endpoint, once it listens. */
  readonly endpointUrl: () => string;
  /** The built program behind an image; undefined for an image that is not known here. */
  readonly images: (imageUri: string) => TaskImage | undefined;
  /** What runs tasks instead of processes. */
  readonly containers?: TaskContainers | undefined;
  readonly credentials: (roleArn: string, session: string) => Credentials;
  /** What the roles of tasks may do; everything when left out. */
  readonly rights?: Rights;
  /** The folder that is an EFS file system, or an access point of it. */
  readonly filesystem: (fileSystemId: string, accessPointId?: string) => string;
  /** What all tasks together may take; without it RunTask never runs out of room. */
  readonly capacity?: Capacity;
  /** Where memory limits are made; null for sampling, undefined to find out. */
  readonly cgroups?: Cgroups | null;
  /** What a fault script adds to the environment of a task that starts. */
  readonly extraEnvironment?: (task: Task) => Readonly<Record<string, string>>;
  /** CloudWatch's alarms, for roll-outs that watch some; without it there are none. */
  readonly findAlarm?: FindAlarm;
  /** Told whenever a service has as many tasks as it wants. */
  readonly onSteady?: (cluster: string, service: string) => void;
  /** How long `stop()` waits for tasks that were asked to end, milliseconds of the clock. */
  readonly stopGraceMs?: number;
}

/** ECS on Fargate: tasks are processes of this machine, or containers of an engine on it. */
export interface EcsService extends LocalService {
  readonly wire: WireService;
  /** Metadata and task protection, for unsigned requests below `/_ecs/`. */
  readonly agentWire: WireService;
  stop(): Promise<void>;
  /** Scales a service, by name or ARN; `reason` is what an event of the service will say. */
  setDesiredCount(cluster: string, service: string, desiredCount: number, reason: string): void;
  /** Throws ClusterNotFoundException, ServiceNotFoundException. */
  desiredCount(cluster: string, service: string): number;
  runningTaskCounts(): RunningTaskCount[];
  /** Tells that an alarm has changed its state. */
  alarmChanged(name: string): void;
  /** By family, family with revision, or ARN. */
  taskDefinition(reference: string): TaskDefinition | undefined;
  /** Task counts as Container Insights names them, and what services use of what they reserve: for CloudWatch. */
  metrics(): MetricDatum[];
}

const STOP_GRACE_MS = 10_000;

/** Makes the service. Tasks run from the moment that RunTask is called; services are kept from `start()` on. */
export function ecsService(options: EcsOptions): EcsService {
  const { database, clock, region, publishEvent } = options;
  const rights = options.rights ?? ALL_RIGHTS;
  const directory = join(options.directory, 'tasks');
  mkdirSync(directory, { recursive: true });
  createTables(database);
  const cgroups = options.cgroups === null ? undefined : (options.cgroups ?? findCgroups());
  const running = processes(database, cgroups);
  const records = engineRecords(database);
  const sources: PlanSources = { ...options, rights, takeOutput, hostDirectory: join(options.directory, 'host') };
  const scheduler = serviceScheduler(() => ecs, publishEvent, options.onSteady);
  const definitions = taskDefinitions({ database, clock, region });
  const taskStore = tasks({
    database,
    clock,
    publish(task) {
      publishEvent(stateChangeEvent(task));
      scheduler.taskChanged(task);
    },
  });
  const runner = taskRunner({
    clock,
    tasks: taskStore,
    definitions,
    runtime: options.containers
      ? engineRuntime({ containers: options.containers, sources, records, clock })
      : processRuntime({
          sources,
          processes: running,
          holdMemory: memoryCeilings(clock, cgroups),
          launcher: findLauncher(),
        }),
    directory,
    rights: sources,
  });
  const ecs: Ecs = {
    clock,
    region,
    rights,
    capacity: options.capacity ?? {},
    clusters: clusters(database),
    definitions,
    tasks: taskStore,
    services: services({ database, clock, region }),
    tokens: clientTokens(database, clock, (cluster, taskId) => taskArn(region, cluster, taskId)),
    runner,
    scheduler,
    findAlarm: options.findAlarm ?? (() => undefined),
  };
  const readUtilization = utilizationMetrics(ecs);
  sweepLeftovers({ tasks: taskStore, processes: running, records, clock, directory });

  function takeOutput(...[task, definition, container, lines]: TakeOutputArguments): void {
    const log = logStreamOf(task, container);
    if (!log || !mayLog(task, definition, container, { rights, region })) return;
    const timestamp = clock.now();
    options.appendLog(
      log.group,
      log.stream,
      lines.map((message) => ({ timestamp, message })),
    );
  }

  function find(cluster: string, service: string) {
    return ecs.services.get(ecs.clusters.get(cluster).name, service);
  }

  return {
    wire: {
      signingNames: ['ecs'],
      handle: jsonHandler({
        service: 'ecs',
        targetPrefix: 'AmazonEC2ContainerServiceV20141113',
        version: '1.1',
        store: ecs,
        operations,
      }),
    },
    agentWire: agentWire(ecs),
    providers: [
      clusterProvider(ecs),
      capacityProviderProvider(ecs),
      clusterCapacityProvidersProvider(ecs),
      taskDefinitionProvider(ecs),
      serviceProvider(ecs),
    ],
    start: () => scheduler.start(),
    async stop() {
      scheduler.stop();
      const cause = { stopCode: 'TerminationNotice', stoppedReason: 'The stand-in is stopping.' } as const;
      await runner.stopAll(cause, options.stopGraceMs ?? STOP_GRACE_MS);
    },
    setDesiredCount(cluster, service, desiredCount, reason) {
      const before = find(cluster, service);
      if (before.desiredCount === desiredCount) return;
      ecs.services.say(
        ecs.services.setDesiredCount(before, desiredCount),
        `desired count is now ${desiredCount}: ${reason}`,
      );
      scheduler.poke(before.clusterName, before.name);
    },
    desiredCount: (cluster, service) => find(cluster, service).desiredCount,
    runningTaskCounts: () => runningTaskCounts(ecs),
    alarmChanged: scheduler.alarmChanged,
    taskDefinition: definitions.find,
    metrics: () => [...serviceMetrics(ecs), ...readUtilization()],
  };
}

type TakeOutputArguments = Parameters<PlanSources['takeOutput']>;
