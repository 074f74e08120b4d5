import type { Task } from './task.ts';

/** A task that ran this long has started well. */
const STARTED_WELL_MS = 10_000;
const LONGEST_MS = 27 * 60_000;

/**
 * Whether the task shows that the service cannot run as it is: it never got to RUNNING, or failed soon after. ECS counts
 * the first kind only; its provisioning of half a minute paces the second, which here would spin. A kill from outside
 * says nothing about the program.
 */
export function failedToRun(task: Task): boolean {
  if (task.lastStatus !== 'STOPPED') return false;
  if (task.stopCode === 'TaskFailedToStart') return true;
  const failed = task.containers.some(({ exitCode = 0, reason }) => exitCode !== 0 && !isKill(exitCode, reason));
  return task.stopCode === 'EssentialContainerExited' && failed && !startedWell(task);
}

/** Whether a task that has stopped ran long enough before. */
export function startedWell({ times: { startedAt, executionStoppedAt } }: Task): boolean {
  return startedAt !== undefined && (executionStoppedAt ?? startedAt) - startedAt >= STARTED_WELL_MS;
}

/**
 * Whether the task speaks against the version that is being rolled out. One killed for its memory does not: that may have
 * been the work it took, and a poison job must not end a roll-out. ECS itself counts only tasks that never got to RUNNING.
 */
export function failedToStart(task: Task): boolean {
  return failedToRun(task) && task.containers.every(({ exitCode }) => exitCode !== 137);
}

/** 128 + SIGKILL, and not for the memory that it took. */
function isKill(exitCode: number, reason = ''): boolean {
  return exitCode === 137 && !reason.includes('OutOfMemory');
}

/**
 * How long a service waits before its next task, milliseconds, after so many failures in a row: none after the first,
 * then doubling to 27 minutes (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html).
 */
export function restartDelayMs(failuresInRow: number): number {
  return failuresInRow < 2 ? 0 : Math.min(LONGEST_MS, 1000 * 2 ** (failuresInRow - 2));
}
