import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { ContainerDefinition } from '../container-definition.ts';
import { imageNotFound, memoryBytesOf, sharedFolder, stopTimeoutMsOf } from '../container-plan.ts';
import { overriddenContainer } from '../overrides.ts';
import type { PlanSources } from '../plan-sources.ts';
import { taskEnvironment } from '../task-environment.ts';
import type { ContainerRequest, RunningContainer, TaskRuntime } from '../task-runtime.ts';
import type { ContainerEngine } from './container-engine.ts';
import { type ContainerMount, createArguments, handedOn, type ContainerSpec as Spec } from './create-arguments.ts';
import { startEngineContainer } from './engine-container.ts';
import type { EngineRecords } from './leftovers.ts';

/** Which engine runs tasks, and from which of its images. */
export interface TaskContainers {
  readonly engine: ContainerEngine;
  /** The engine's own image for the one that a task names; undefined when it is not known here. */
  readonly images: (imageUri: string) => string | undefined;
}

export interface EngineRuntimeOptions {
  readonly containers: TaskContainers;
  readonly sources: PlanSources;
  readonly records: EngineRecords;
  readonly clock: Clock;
}

/** What is to be removed after a task. */
interface Owned {
  readonly containers: Set<string>;
  readonly volumes: Set<string>;
}

/** Containers of tasks as containers of an engine: limits, user, root and mounts are those of the definition. */
export function engineRuntime(options: EngineRuntimeOptions): TaskRuntime {
  const { containers, sources, records, clock } = options;
  const { engine } = containers;
  const owned = new Map<string, Owned>();
  let init: Promise<boolean> | undefined;

  /** Writes down what is about to be made for a task. */
  function note(taskId: string, { containerName, mounts }: Spec): void {
    const own = owned.get(taskId) ?? { containers: new Set(), volumes: new Set() };
    owned.set(taskId, own);
    own.containers.add(containerName);
    records.record(taskId, engine.name, 'container', containerName);
    for (const { source } of mounts.filter(({ shared }) => !shared)) {
      own.volumes.add(source);
      records.record(taskId, engine.name, 'volume', source);
    }
  }

  async function start({ task, definition }: ContainerRequest, spec: Spec): Promise<RunningContainer> {
    note(task.taskId, spec);
    init ??= hasInit(engine, spec.image);
    await engine.run(createArguments(engine.name, spec, await init), handedOn(spec.environment));
    const { container, containerName } = spec;
    const created = {
      containerName,
      name: container.name,
      stopTimeoutMs: stopTimeoutMsOf(container),
      takeOutput: (lines: readonly string[]) => sources.takeOutput(task, definition, container, lines),
    };
    return startEngineContainer(created, engine, clock);
  }

  return {
    prepare(request) {
      const spec = specOf(request, containers, sources);
      return { start: () => start(request, spec) };
    },
    async clear(taskId) {
      const own = owned.get(taskId);
      if (!own) return;
      owned.delete(taskId);
      try {
        await engine.run(['rm', '--force', '--volumes', ...own.containers]);
        if (own.volumes.size > 0) await engine.run(['volume', 'rm', '--force', ...own.volumes]);
        records.forget(taskId);
      } catch {
        // What is written down goes at the next start.
      }
    },
  };
}

function specOf(request: ContainerRequest, { images }: TaskContainers, sources: PlanSources): Spec {
  const { task, declared } = request;
  const container = overriddenContainer(declared, task.overrides);
  const image = images(container.image);
  if (image === undefined) throw imageNotFound(container.image);
  return {
    containerName: `slipway-${task.taskId}-${container.name}`,
    image,
    container,
    labels: {
      'com.amazonaws.ecs.task-arn': task.taskArn,
      'com.amazonaws.ecs.container-name': container.name,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': String(task.revision),
    },
    environment: taskEnvironment(task, container, sources),
    mounts: container.mountPoints.map((mountPoint) => mountOf(mountPoint, container, request, sources)),
    memoryBytes: memoryBytesOf(container, task),
    cpuUnits: container.cpu || Number(task.cpu),
  };
}

function mountOf(
  { sourceVolume, containerPath, readOnly = false }: ContainerDefinition['mountPoints'][number],
  { user }: ContainerDefinition,
  { task, definition }: ContainerRequest,
  sources: PlanSources,
): ContainerMount {
  const folder = sharedFolder(definition, sourceVolume, sources);
  if (folder !== undefined) giveTo(folder, user);
  // One volume of the engine for all containers of the task; the image says who owns it.
  const source = folder ?? `slipway-${task.taskId}-${sourceVolume}`;
  return { source, path: containerPath, readOnly, shared: folder !== undefined };
}

/** Whether `--init` works: podman needs a program for it that is not always installed. */
async function hasInit(engine: ContainerEngine, image: string): Promise<boolean> {
  const made = await engine.run(['create', '--init', '--network', 'none', image]).catch(() => undefined);
  if (made === undefined) return false;
  await engine.run(['rm', '--force', '--volumes', made]).catch(() => undefined);
  return true;
}

/**
 * Lets a container's user write to a folder that stands for an EFS file system, as an access point would. Only root can
 * give what is there already to it; anybody else opens the folder itself.
 */
function giveTo(folder: string, user: string | undefined): void {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user ?? '') ?? [];
  const owner = Number(uid ?? 0);
  if (statSync(folder).uid === owner) return;
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o777);
    return;
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, name), owner, Number(gid ?? owner));
  }
  chownSync(folder, owner, Number(gid ?? owner));
}
