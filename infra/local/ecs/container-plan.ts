import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Credentials } from '../principals.ts';
import { agentUri, metadataUri } from './agent/agent-uris.ts';
import type { ContainerDefinition } from './container-definition.ts';
import { overriddenContainer } from './overrides.ts';
import type { ContainerPlan } from './process/container-process.ts';
import { findProgram } from './process/launcher.ts';
import { type Mount, mapPath } from './process/mounts.ts';
import { StartFailure } from './start-failure.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** How an image is started without a container: the command of its ENTRYPOINT, over the built files. */
export interface TaskImage {
  readonly entryPoint: readonly string[];
  readonly workingDirectory: string;
}

/** What a plan needs of the rest of the stand-in. */
export interface PlanSources {
  readonly region: string;
  endpointUrl(): string;
  images(imageUri: string): TaskImage | undefined;
  credentials(roleArn: string): Credentials;
  filesystem(fileSystemId: string, accessPointId?: string): string;
  takeOutput(task: Task, container: ContainerDefinition, lines: readonly string[]): void;
  /** What a fault script adds to a task's environment. */
  readonly extraEnvironment?: ((task: Task) => Readonly<Record<string, string>>) | undefined;
}

const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
const MIB = 2 ** 20;

/**
 * Turns one container of a task into a process: image, command, environment, folders. `scratch` is the task's own
 * folder. Throws StartFailure in the words that ECS has for what cannot start.
 */
export function planContainer(
  task: Task,
  definition: TaskDefinition,
  declared: ContainerDefinition,
  scratch: string,
  sources: PlanSources,
): ContainerPlan {
  const container = overriddenContainer(declared, task.overrides);
  const image = sources.images(container.image);
  if (!image) throw new StartFailure(`CannotPullContainerError: failed to resolve ref ${container.image}: not found`);
  const environment = environmentOf(
    task,
    container,
    mountsOf(container, definition, scratch, sources),
    scratch,
    sources,
  );
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
    memoryBytes: Math.min(container.memory ?? Number.POSITIVE_INFINITY, Number(task.memory)) * MIB,
    stopTimeoutMs: (container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1000,
    takeOutput: (lines) => sources.takeOutput(task, container, lines),
  };
}

function environmentOf(
  task: Task,
  container: ContainerDefinition,
  mounts: readonly Mount[],
  scratch: string,
  sources: PlanSources,
): Record<string, string> {
  const url = sources.endpointUrl();
  const given = container.environment.map(({ name, value }) => [name, mapPath(value, mounts)] as const);
  const temporary = mapPath('/tmp', mounts);
  return {
    // Images bring their own Node: here it is the one that the stand-in runs on.
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    HOME: folder(scratch, 'home'),
    TMPDIR: temporary === '/tmp' ? folder(scratch, 'tmp') : temporary,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: sources.region,
    AWS_DEFAULT_REGION: sources.region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ...credentialsOf(task, sources),
    ...Object.fromEntries(given),
    ...sources.extraEnvironment?.(task),
    ECS_CONTAINER_METADATA_URI_V4: metadataUri(url, task.taskId, container.name),
    ECS_AGENT_URI: agentUri(url, task.taskId),
  };
}

/** Without a task role a task has no credentials, as on AWS. */
function credentialsOf(task: Task, sources: PlanSources): Record<string, string> {
  if (task.taskRoleArn === undefined) return {};
  const { accessKeyId, secretAccessKey } = sources.credentials(task.taskRoleArn);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

function mountsOf(
  container: ContainerDefinition,
  definition: TaskDefinition,
  scratch: string,
  sources: PlanSources,
): Mount[] {
  return container.mountPoints.map(({ sourceVolume, containerPath }) => {
    const efs = definition.volumes.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
    if (!efs) return { containerPath, folder: folder(scratch, 'volumes', sourceVolume) };
    const root = sources.filesystem(efs.fileSystemId, efs.authorizationConfig?.accessPointId);
    return { containerPath, folder: folder(root, efs.rootDirectory ?? '') };
  });
}

function folder(...parts: string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  // An EFS root of "/" must not leave a slash at the end.
  return path.replace(/(.)\/+$/, '$1');
}
