import type { FailureReason } from './failure-reason.ts';
import type { LaunchedJob } from './launch.ts';
import type { Outcome } from './outcome.ts';
import { classOfStop, type StopClass } from './stop-class.ts';
import { wordsForStop } from './stop-words.ts';
import { nextMemorySize, type TaskSize } from './task-size.ts';
import { launchOf, type TaskState } from './task-state-change.ts';

/** Whose task it was: a launched job's, the service's, the sweep's, or somebody's who called RunTask by hand. */
export type StopOwner = 'job' | 'service' | 'sweep' | 'other';

/** What the handler knows besides the event. */
export interface StopFacts {
  /** Counted tasks that a job may have. */
  readonly maxAttempts: number;
  /** The largest task that there is; Fargate's when left out. */
  readonly largest?: TaskSize | undefined;
  /** The outcome that the job has already. */
  readonly standing?: Pick<Outcome, 'reason' | 'taskArn'>;
}

/** What follows from a stop. Without retry, outcome and alert: nothing. */
export interface StopDecision {
  readonly owner: StopOwner;
  readonly stopClass: StopClass;
  readonly launched?: LaunchedJob;
  /** The job's next task. */
  readonly retry?: { readonly launch: LaunchedJob; readonly size?: TaskSize };
  /** The `failed` outcome that the stop leaves the job with. */
  readonly outcome?: { readonly reason: FailureReason; readonly message: string };
  /** The kind of e-mail to send; one of a kind in a quarter of an hour. */
  readonly alert?: string;
}

/** Losses that a job may have: more than AWS's bad day, less than a loop. */
export const MAX_LOSSES = 5;

/** Stops of a service, a sweep or a launch by hand that nobody has to read about. */
const QUIET: ReadonlySet<StopClass> = new Set(['finished', 'asked', 'lost', 'start-delayed']);

/** Decides a stop by its class and its owner: pure, the same for a duplicate of the event. */
export function decideStop(state: TaskState, facts: StopFacts): StopDecision {
  const stopClass = classOfStop(state);
  const launched = launchOf(state);
  const owner = ownerOf(state, launched);
  if (launched === undefined) {
    // ECS replaces service tasks itself and the next tick replaces a sweep: a relaunch of ours would be one too many.
    return { owner, stopClass, ...(QUIET.has(stopClass) ? {} : { alert: `${owner}-${stopClass}` }) };
  }
  const decision = decideJob(state, stopClass, launched, facts);
  return { owner, stopClass, launched, ...withStanding(decision, state, launched, facts.standing) };
}

type JobDecision = Pick<StopDecision, 'retry' | 'outcome' | 'alert'>;

function decideJob(state: TaskState, stopClass: StopClass, launched: LaunchedJob, facts: StopFacts): JobDecision {
  const { maxAttempts } = facts;
  switch (stopClass) {
    // A person's stop is heeded; should they want the result after all, the sweep finds the object without an outcome.
    case 'finished':
    case 'bad-input':
    case 'asked':
      return {};
    case 'lost':
    case 'start-delayed':
      return afterLoss(state, stopClass, launched);
    case 'unavailable':
      return afterOutage(state, launched);
    case 'start-refused':
      return failed('task-start-failed', wordsForStop(state, stopClass));
    case 'memory-kill':
      return afterMemoryKill(state, launched, facts);
    case 'killed': {
      const decision = afterFailure(state, stopClass, launched, maxAttempts);
      // The program did not choose to end: somebody, or the machine, did, and it may not have been for this job's sake.
      return decision.retry === undefined ? decision : { ...decision, alert: 'job-killed' };
    }
    case 'temporary':
    case 'crash':
    case 'unhealthy':
      return afterFailure(state, stopClass, launched, maxAttempts);
    case 'overdue':
      return afterOverdue(state, launched, maxAttempts);
    case 'unknown':
      return { alert: 'job-unknown' };
  }
}

/** The work did not fail, its task was lost: the same attempt once more, in a size like before. */
function afterLoss(state: TaskState, stopClass: StopClass, launched: LaunchedJob): JobDecision {
  const losses = (launched.losses ?? 0) + 1;
  if (losses <= MAX_LOSSES) return retry({ ...launched, losses }, state.size);
  const reason = stopClass === 'lost' ? 'attempts-exhausted' : 'task-start-failed';
  return failed(reason, `${losses} tasks were lost. The last: ${wordsForStop(state, stopClass)}`);
}

/** Somebody else's outage fails no job, however long it is: what is not through by then is left to the sweep. */
function afterOutage(state: TaskState, launched: LaunchedJob): JobDecision {
  const losses = (launched.losses ?? 0) + 1;
  return losses <= MAX_LOSSES ? retry({ ...launched, losses }, state.size) : { alert: 'job-unavailable' };
}

function afterFailure(state: TaskState, stopClass: StopClass, launched: LaunchedJob, maxAttempts: number): JobDecision {
  if (launched.attempt < maxAttempts) return retry({ ...launched, attempt: launched.attempt + 1 }, state.size);
  const message = `All ${maxAttempts} attempts failed. The last: ${wordsForStop(state, stopClass)}`;
  return failed('attempts-exhausted', message);
}

/** What hung once need not hang again, a mount that did not answer for instance; but each time is an attempt. */
function afterOverdue(state: TaskState, launched: LaunchedJob, maxAttempts: number): JobDecision {
  const decision = afterFailure(state, 'overdue', launched, maxAttempts);
  return decision.outcome === undefined ? decision : failed('deadline', decision.outcome.message);
}

/** One more try in the next larger size; a second kill settles it. */
function afterMemoryKill(state: TaskState, launched: LaunchedJob, { maxAttempts, largest }: StopFacts): JobDecision {
  const memoryKills = (launched.memoryKills ?? 0) + 1;
  const larger = state.size && nextMemorySize(state.size, largest);
  if (memoryKills > 1) return failed('out-of-memory', `Twice, with more memory the second time: ${words(state)}`);
  if (state.size !== undefined && larger === undefined) {
    return failed('out-of-memory', `${words(state)} There is no larger task.`);
  }
  if (launched.attempt >= maxAttempts) return afterFailure(state, 'memory-kill', launched, maxAttempts);
  const next = { ...launched, attempt: launched.attempt + 1, memoryKills };
  return { ...retry(next, larger), alert: 'job-memory-kill' };
}

/**
 * A job that has its outcome is not run again. If the outcome is the very one that this stop leads to, an earlier run of
 * the handler broke off after the commit: its copy and its alert are made up for. Otherwise a task that came to a bad end
 * may have recorded it and left undone what follows from it (the dead letter, the pointer), or have died at just that:
 * another task finds the outcome, does that, and nothing else.
 */
function withStanding(
  decision: JobDecision,
  state: TaskState,
  launched: LaunchedJob,
  standing: StopFacts['standing'],
): JobDecision {
  if (standing === undefined) return decision;
  const { retry: next, outcome } = decision;
  const same = standing.taskArn === state.taskArn && standing.reason === outcome?.reason;
  if (outcome !== undefined && same) return decision;
  // A task that cannot start leaves nothing undone, and the next could not start either.
  if (next === undefined && (outcome === undefined || outcome.reason === 'task-start-failed')) return {};
  const losses = (launched.losses ?? 0) + 1;
  // What is still undone after so many is left to the sweep.
  return losses <= MAX_LOSSES ? retry({ ...launched, losses }, state.size) : {};
}

function retry(launch: LaunchedJob, size: TaskSize | undefined): JobDecision {
  return { retry: { launch, ...(size === undefined ? {} : { size }) } };
}

function failed(reason: FailureReason, message: string): JobDecision {
  return { outcome: { reason, message }, alert: `job-${reason}` };
}

function words(state: TaskState): string {
  return wordsForStop(state, 'memory-kill');
}

function ownerOf(state: TaskState, launched: LaunchedJob | undefined): StopOwner {
  if (launched !== undefined) return 'job';
  if (state.group.startsWith('service:')) return 'service';
  return state.startedBy.startsWith('sweep/') ? 'sweep' : 'other';
}
