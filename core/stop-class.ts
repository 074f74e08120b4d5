import { EXIT } from './exit-code.ts';
import { OVERDUE_REASON } from './overdue.ts';
import type { TaskState } from './task-state-change.ts';

/** Why a task stopped, as far as it decides what happens next. */
export type StopClass =
  /** The program ended as it should. */
  | 'finished'
  /** The outcome `failed` is recorded: nothing to gain from another try. */
  | 'bad-input'
  /** The worker gave up for a reason that may pass. */
  | 'temporary'
  /** What the worker works with did not answer: nothing to hold against the job. */
  | 'unavailable'
  /** It used more memory than the task has. */
  | 'memory-kill'
  /** SIGKILL that nobody owns up to. */
  | 'killed'
  /** Any other way for a program to end. */
  | 'crash'
  /** A health check failed. */
  | 'unhealthy'
  /** AWS took the machine away. */
  | 'lost'
  /** It could not start for want of something that comes back. */
  | 'start-delayed'
  /** It could not start, nor will the next: image, rights, mounts, secrets. */
  | 'start-refused'
  /** A person, a deployment or a scaling policy ended it. */
  | 'asked'
  /** The sweep ended it: no job takes so long. */
  | 'overdue'
  /** A stop code that this version does not know. */
  | 'unknown';

/** 128 + SIGKILL. */
const KILLED = 137;

/** Exit codes of bad input: ours, and EX_NOINPUT, which the programs of a `command` processor use for it. */
const BAD_INPUT: readonly number[] = [EXIT.badInput, 66];

/**
 * What no waiting mends (Amazon ECS Developer Guide, "Stopped tasks error codes"). These prefixes decide even where the
 * rest of the sentence speaks of a timeout: an image that cannot be reached is a wrong network before it is a slow one.
 */
const REFUSED_START =
  /CannotPullContainer|CannotPullECRContainer|ResourceInitializationError|CannotCreateVolume|CannotStartContainer|exec format|executable file not found/i;

/** The health checks of ECS and of load balancers, which stop a service's task with the code of its scheduler. */
const UNHEALTHY = /failed (container|ELB) health checks|health checks? failed|unhealthy/i;

/** The row of the stop table that a stopped task falls into. */
export function classOfStop(state: TaskState): StopClass {
  switch (state.stopCode) {
    case 'SpotInterruption':
    case 'TerminationNotice':
    case 'InfrastructureHealth':
      return 'lost';
    case 'TaskFailedToStart':
      return REFUSED_START.test(reasonsOf(state)) ? 'start-refused' : 'start-delayed';
    case 'UserInitiated':
      return state.stoppedReason === OVERDUE_REASON ? 'overdue' : 'asked';
    case 'ServiceSchedulerInitiated':
      return UNHEALTHY.test(state.stoppedReason) ? 'unhealthy' : 'asked';
    case 'EssentialContainerExited':
      return classOfExit(state);
    default:
      // Older agents leave the code out; an exit code says enough.
      return state.stopCode === '' && state.exitCode !== undefined ? classOfExit(state) : 'unknown';
  }
}

function classOfExit(state: TaskState): StopClass {
  const { exitCode } = state;
  if (exitCode === EXIT.outOfMemory) return 'memory-kill';
  if (exitCode === undefined) return REFUSED_START.test(reasonsOf(state)) ? 'start-refused' : 'crash';
  // ECS names the memory kill of any process in the container, also of one that the worker outlived.
  if (exitCode === KILLED) return /OutOfMemory/i.test(reasonsOf(state)) ? 'memory-kill' : 'killed';
  if (exitCode === EXIT.done) return 'finished';
  if (exitCode === EXIT.temporary) return 'temporary';
  if (exitCode === EXIT.unavailable) return 'unavailable';
  return BAD_INPUT.includes(exitCode) ? 'bad-input' : 'crash';
}

function reasonsOf(state: TaskState): string {
  return `${state.stoppedReason} ${state.containerReason}`;
}
