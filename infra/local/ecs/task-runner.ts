import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, sleep } from '../clock.ts';
import { isLogRouter } from './container-definition.ts';
import { StartFailure } from './start-failure.ts';
import type { StopCause, Task, TaskContainer } from './task.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import { checkStart, type TaskRights } from './task-rights.ts';
import type { ContainerExit, ContainerUse, RunningContainer, TaskRuntime } from './task-runtime.ts';
import type { Tasks } from './tasks.ts';

export interface TaskRunnerOptions {
  readonly clock: Clock;
  readonly tasks: Tasks;
  readonly definitions: TaskDefinitions;
  readonly runtime: TaskRuntime;
  readonly rights: TaskRights;
  /** Scratch folders of tasks stand in it. */
  readonly directory: string;
}

/** Runs tasks, and takes them through their life. */
export interface TaskRunner {
  /** False once it is stopping: no task may begin then. */
  accepts(): boolean;
  /** Begins with a task that is stored as PROVISIONING. */
  launch(task: Task): void;
  /** Asks a task to end: SIGTERM, its stopTimeout, SIGKILL. Gives the task as it is now; twice is no error. */
  stop(taskId: string, cause: StopCause): Task;
  /** What a task of this process uses; undefined when that is not known. */
  use(taskId: string): ContainerUse | undefined;
  /** Ends every task, after at most `graceMs` by SIGKILL; resolves when nothing of them is left. */
  stopAll(cause: StopCause, graceMs: number): Promise<void>;
}

interface LiveTask {
  readonly stopping: PromiseWithResolvers<StopCause>;
  readonly hurry: AbortController;
  readonly containers: RunningContainer[];
  ended: Promise<void>;
}

/** Containers of a runtime as tasks of Fargate. */
export function taskRunner(options: TaskRunnerOptions): TaskRunner {
  const { clock, tasks, runtime } = options;
  const live = new Map<string, LiveTask>();
  let closing = false;

  async function run(taskId: string, task: LiveTask): Promise<void> {
    const scratch = join(options.directory, taskId);
    let cause: StopCause;
    try {
      await start(taskId, task, scratch, options);
      cause = await task.stopping.promise;
    } catch (error) {
      cause = { stopCode: 'TaskFailedToStart', stoppedReason: error instanceof Error ? error.message : String(error) };
    }
    beginStop(tasks, clock, taskId, cause);
    tasks.change(taskId, { lastStatus: 'DEACTIVATING' });
    tasks.change(taskId, { lastStatus: 'STOPPING' });
    const exits = await endContainers(task, clock);
    finish(tasks, clock, taskId, exits);
    await runtime.clear(taskId);
    removeFolder(scratch);
  }

  return {
    accepts: () => !closing,
    launch({ taskId }) {
      const task: LiveTask = {
        stopping: Promise.withResolvers(),
        hurry: new AbortController(),
        containers: [],
        ended: Promise.resolve(),
      };
      live.set(taskId, task);
      // Whoever asked gets an answer first, in which the task is still PROVISIONING.
      task.ended = new Promise<void>((resolve) => setImmediate(resolve))
        .then(() => run(taskId, task))
        .finally(() => live.delete(taskId));
    },
    stop(taskId, cause) {
      live.get(taskId)?.stopping.resolve(cause);
      return live.has(taskId) ? beginStop(tasks, clock, taskId, cause) : tasks.get(taskId);
    },
    use(taskId) {
      const uses = (live.get(taskId)?.containers ?? []).flatMap((container) => container.use?.() ?? []);
      if (uses.length === 0) return undefined;
      return {
        cpuSeconds: uses.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        memoryBytes: uses.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      };
    },
    async stopAll(cause, graceMs) {
      closing = true;
      for (const [taskId, task] of live) {
        task.stopping.resolve(cause);
        beginStop(tasks, clock, taskId, cause);
      }
      const cancel = clock.after(graceMs, () => {
        for (const task of live.values()) task.hurry.abort();
      });
      await Promise.allSettled([...live.values()].map(({ ended }) => ended));
      cancel();
    },
  };
}

/** From PROVISIONING to RUNNING. Throws what keeps the task from starting; what has started by then is in `live`. */
async function start(taskId: string, live: LiveTask, scratch: string, options: TaskRunnerOptions): Promise<void> {
  const { tasks, clock, runtime } = options;
  const now = clock.now();
  const times = { ...tasks.get(taskId).times, connectivityAt: now, pullStartedAt: now };
  const task = tasks.change(taskId, { lastStatus: 'PENDING', times });
  if (task.desiredStatus === 'STOPPED') return;
  const definition = options.definitions.find(task.taskDefinitionArn);
  if (!definition) throw new StartFailure(`ResourceInitializationError: ${task.taskDefinitionArn} does not exist`);
  checkStart(task, definition, options.rights);
  mkdirSync(scratch, { recursive: true });
  const prepared = definition.containerDefinitions
    .filter((declared) => !isLogRouter(declared))
    .map((declared) => runtime.prepare({ task, definition, declared, scratch }));
  tasks.change(taskId, { lastStatus: 'ACTIVATING', times: { ...times, pullStoppedAt: clock.now() } });
  for (const container of prepared) {
    const running = await container.start().catch((cause: Error) => {
      throw new StartFailure(`CannotStartContainerError: ${cause.message}`, { cause });
    });
    live.containers.push(running);
  }
  markRunning(tasks, clock, taskId, live.containers);
  const essential = definition.containerDefinitions.filter((container) => container.essential);
  watchEssential(live, new Set(essential.map(({ name }) => name)));
}

function markRunning(tasks: Tasks, clock: Clock, taskId: string, containers: readonly RunningContainer[]): void {
  const task = tasks.get(taskId);
  const [first] = containers;
  tasks.change(taskId, {
    lastStatus: 'RUNNING',
    times: { ...task.times, startedAt: clock.now() },
    containers: task.containers.map((container) => ({ ...container, lastStatus: 'RUNNING' })),
    ...(first === undefined ? {} : { memoryCeiling: first.memoryCeiling }),
  });
}

function watchEssential(live: LiveTask, essential: ReadonlySet<string>): void {
  for (const { name, exited } of live.containers) {
    if (!essential.has(name)) continue;
    void exited.then(() =>
      live.stopping.resolve({
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
      }),
    );
  }
}

/** Writes down that the task is to stop, and why; the first cause stays. */
function beginStop(tasks: Tasks, clock: Clock, taskId: string, cause: StopCause): Task {
  const task = tasks.get(taskId);
  if (task.desiredStatus === 'STOPPED') return task;
  return tasks.change(taskId, {
    ...cause,
    desiredStatus: 'STOPPED',
    times: { ...task.times, stoppingAt: clock.now() },
  });
}

/** A process that is being killed may still write: what cannot be removed now goes at the next start. */
function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // Nothing depends on it.
  }
}

type Exits = ReadonlyMap<string, ContainerExit>;

/** Ends what still runs: SIGTERM, then SIGKILL after each container's own stopTimeout. */
async function endContainers(live: LiveTask, clock: Clock): Promise<Exits> {
  const exits = new Map<string, ContainerExit>();
  await Promise.all(
    live.containers.map(async (container) => {
      container.terminate();
      const patience = new AbortController();
      const over = AbortSignal.any([patience.signal, live.hurry.signal]);
      void sleep(clock, container.stopTimeoutMs, over).then(() => {
        if (!patience.signal.aborted) container.kill();
      });
      exits.set(container.name, await container.exited);
      patience.abort();
    }),
  );
  return exits;
}

function finish(tasks: Tasks, clock: Clock, taskId: string, exits: Exits): void {
  const { times, containers } = tasks.get(taskId);
  const executionStoppedAt = clock.now();
  tasks.change(taskId, {
    lastStatus: 'DEPROVISIONING',
    containers: containers.map((container) => stoppedContainer(container, exits.get(container.name))),
    times: { ...times, executionStoppedAt },
  });
  tasks.change(taskId, { lastStatus: 'STOPPED', times: { ...times, executionStoppedAt, stoppedAt: clock.now() } });
}

function stoppedContainer(container: TaskContainer, exit: ContainerExit | undefined): TaskContainer {
  const stopped = { ...container, lastStatus: 'STOPPED' as const };
  if (!exit) return stopped;
  const reason = { reason: 'OutOfMemoryError: Container killed due to memory usage' };
  return { ...stopped, exitCode: exit.exitCode, ...(exit.outOfMemory ? reason : {}) };
}
