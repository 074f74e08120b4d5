import type { ContainerDefinition } from './container-definition.ts';
import type { Task } from './task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** One container of a task that is to start. */
export interface ContainerRequest {
  readonly task: Task;
  readonly definition: TaskDefinition;
  /** As the definition has it, without the task's overrides. */
  readonly declared: ContainerDefinition;
  /** The task's own folder on this machine. */
  readonly scratch: string;
}

export interface ContainerExit {
  /** 128 + N when signal N ended it. */
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

/** What a container has used so far, and holds now. */
export interface ContainerUse {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** A container that runs. */
export interface RunningContainer {
  readonly name: string;
  readonly stopTimeoutMs: number;
  /** What keeps its memory within bounds, in a word: the task's record says it. */
  readonly memoryCeiling: string;
  readonly exited: Promise<ContainerExit>;
  /** Undefined where it is not known: of a container of an engine. */
  use?(): ContainerUse;
  /** SIGTERM to its first process. */
  terminate(): void;
  /** SIGKILL to everything in it. */
  kill(): void;
}

/** What containers of tasks are made of: processes of this machine, or containers of an engine. */
export interface TaskRuntime {
  /** Checks what can be known before a start. Throws StartFailure; `start` rejects with what the attempt shows. */
  prepare(request: ContainerRequest): { start(): Promise<RunningContainer> };
  /** Takes away what a task has left, once its containers have exited. */
  clear(taskId: string): Promise<void>;
}
