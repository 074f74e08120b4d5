import type { Rights } from '../ports.ts';
import type { Credentials } from '../principals.ts';
import type { ContainerDefinition } from './container-definition.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** How an image is started without a container: the command of its ENTRYPOINT, over the built files. */
export interface TaskImage {
  readonly entryPoint: readonly string[];
  readonly workingDirectory: string;
}

/** What the plan of a container needs of the rest of the stand-in. */
export interface PlanSources {
  readonly region: string;
  endpointUrl(): string;
  images(imageUri: string): TaskImage | undefined;
  /** Those of a session of the role, which is named after the task. */
  credentials(roleArn: string, session: string): Credentials;
  readonly rights: Rights;
  filesystem(fileSystemId: string, accessPointId?: string): string;
  /** Stands for `/` of the machines that tasks run on, as far as task definitions name folders of it. */
  readonly hostDirectory: string;
  takeOutput(task: Task, definition: TaskDefinition, container: ContainerDefinition, lines: readonly string[]): void;
  /** What a fault script adds to a task's environment. */
  readonly extraEnvironment?: ((task: Task) => Readonly<Record<string, string>>) | undefined;
}
