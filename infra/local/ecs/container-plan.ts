import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ContainerDefinition } from './container-definition.ts';
import { overriddenContainer } from './overrides.ts';
import type { PlanSources } from './plan-sources.ts';
import type { ContainerPlan } from './process/container-process.ts';
import { findProgram } from './process/launcher.ts';
import { type Mount, mapPath } from './process/mounts.ts';
import { StartFailure } from './start-failure.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';
import { taskEnvironment } from './task-environment.ts';
import type { ContainerRequest } from './task-runtime.ts';

const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
const MIB = 2 ** 20;

/**
 * Turns one container of a task into a process: image, command, environment, folders. `scratch` is the task's own
 * folder. Throws StartFailure in the words that ECS has for what cannot start.
 */
export function planContainer(request: ContainerRequest, sources: PlanSources): ContainerPlan {
  const { task, definition, declared, scratch } = request;
  const container = overriddenContainer(declared, task.overrides);
  const image = sources.images(container.image);
  if (!image) throw imageNotFound(container.image);
  const mounts = mountsOf(container, definition, scratch, sources);
  const temporary = mapPath('/tmp', mounts);
  const environment = {
    // Images bring their own Node: here it is the one that the stand-in runs on.
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    HOME: makeFolder(scratch, 'home'),
    TMPDIR: temporary === '/tmp' ? makeFolder(scratch, 'tmp') : temporary,
    ...taskEnvironment(task, container, sources, (value) => mapPath(value, mounts)),
  };
  const [name = '', ...entryPoint] = container.entryPoint ?? image.entryPoint;
  const program = findProgram(name, environment.PATH ?? '', image.workingDirectory);
  if (!program) {
    throw new StartFailure(
      `CannotStartContainerError: failed to create task for container: exec: "${name}": executable file not found in $PATH`,
    );
  }
  return {
    name: container.name,
    program,
    args: [...entryPoint, ...(container.command ?? [])],
    workingDirectory: image.workingDirectory,
    environment,
    memoryBytes: memoryBytesOf(container, task),
    stopTimeoutMs: stopTimeoutMsOf(container),
    takeOutput: (lines) => sources.takeOutput(task, definition, container, lines),
  };
}

/** Its own limit, or else that of the task. */
export function memoryBytesOf(container: ContainerDefinition, task: Task): number {
  return Math.min(container.memory ?? Number.POSITIVE_INFINITY, Number(task.memory)) * MIB;
}

/** From SIGTERM to SIGKILL. */
export function stopTimeoutMsOf(container: ContainerDefinition): number {
  return (container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1000;
}

/** The failure of a task whose image is not known here. */
export function imageNotFound(image: string): StartFailure {
  return new StartFailure(`CannotPullContainerError: failed to resolve ref ${image}: not found`);
}

function mountsOf(
  container: ContainerDefinition,
  definition: TaskDefinition,
  scratch: string,
  sources: PlanSources,
): Mount[] {
  return container.mountPoints.map(({ sourceVolume, containerPath }) => {
    const folder = sharedFolder(definition, sourceVolume, sources) ?? makeFolder(scratch, 'volumes', sourceVolume);
    return { containerPath, folder };
  });
}

/** The folder of this machine that is a volume's EFS file system or path; undefined for a volume that lives with its task. */
export function sharedFolder(definition: TaskDefinition, volume: string, sources: PlanSources): string | undefined {
  const declared = definition.volumes.find(({ name }) => name === volume);
  const hostPath = declared?.host?.sourcePath;
  if (hostPath !== undefined) return makeFolder(sources.hostDirectory, hostPath);
  const efs = declared?.efsVolumeConfiguration;
  if (!efs) return undefined;
  return makeFolder(
    sources.filesystem(efs.fileSystemId, efs.authorizationConfig?.accessPointId),
    efs.rootDirectory ?? '',
  );
}

function makeFolder(...parts: string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  // An EFS root of "/" must not leave a slash at the end.
  return path.replace(/(.)\/+$/, '$1');
}
