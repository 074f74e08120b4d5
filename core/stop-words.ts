import type { StopClass } from './stop-class.ts';
import type { TaskState } from './task-state-change.ts';
import { wholeNumber } from './whole-number.ts';

/** Exit codes above this are signals: 137 = 128 + SIGKILL. */
const SIGNALS_FROM = 128;

/** Linux's numbers: the containers', whatever machine this runs on. */
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [1, 'SIGHUP'],
  [2, 'SIGINT'],
  [4, 'SIGILL'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [13, 'SIGPIPE'],
  [15, 'SIGTERM'],
]);

/** One sentence or two for a person: why the task stopped. */
export function wordsForStop(state: TaskState, stopClass: StopClass): string {
  switch (stopClass) {
    case 'finished':
      return 'The program ended normally.';
    case 'bad-input':
      return `The worker refused the input and recorded why (exit code ${state.exitCode}).`;
    case 'temporary':
      return `The worker gave the attempt up for a reason that may pass (exit code ${state.exitCode}).`;
    case 'unavailable':
      return `S3, SQS or the file system failed the worker; the job is not to blame (exit code ${state.exitCode}).`;
    case 'memory-kill':
      return `The task used more memory than its ${memoryOf(state)} and was killed.`;
    case 'killed':
      return 'The container was killed with SIGKILL (exit code 137); ECS does not name memory as the reason.';
    case 'crash':
      return wordsForExit(state);
    case 'unhealthy':
      return 'The task failed its health checks and was stopped.';
    case 'lost':
      return wordsForLoss(state.stopCode);
    case 'start-delayed':
    case 'start-refused':
      return `The task could not start: ${sentence(state.stoppedReason || state.containerReason || 'ECS gave no reason')}`;
    case 'asked':
      return state.stopCode === 'UserInitiated'
        ? 'Somebody stopped the task.'
        : 'ECS stopped the task as it was asked to.';
    case 'overdue':
      return 'The task ran longer than its job may take, and the sweep stopped it.';
    case 'unknown':
      return `ECS stopped the task with a code that Slipway does not know: ${state.stopCode || 'none'}.`;
  }
}

/** What ECS itself wrote, on one line; empty when it wrote nothing. */
export function ecsWordsOf(state: TaskState): string {
  const exit = state.exitCode === undefined ? '' : `exit code ${state.exitCode}`;
  const container = [exit, state.containerReason].filter((part) => part !== '').join(', ');
  const parts = [state.stopCode, state.stoppedReason, container === '' ? '' : `container: ${container}`];
  return parts.filter((part) => part !== '').join('; ');
}

function wordsForExit({ exitCode }: TaskState): string {
  if (exitCode === undefined) return 'The container ended without an exit code.';
  const signal = SIGNALS.get(exitCode - SIGNALS_FROM);
  return signal === undefined
    ? `The program ended with exit code ${exitCode}.`
    : `The program was ended by ${signal} (exit code ${exitCode}).`;
}

function wordsForLoss(stopCode: string): string {
  if (stopCode === 'SpotInterruption') return 'AWS took its Spot capacity back.';
  return stopCode === 'InfrastructureHealth'
    ? 'The machine under the task failed.'
    : 'AWS took the machine under the task out of service.';
}

function memoryOf({ size }: TaskState): string {
  return size === undefined ? 'limit' : `${wholeNumber(size.memory)} MiB`;
}

function sentence(words: string): string {
  const trimmed = words.trim().slice(0, 500);
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
