import type { FailureReason } from './failure-reason.ts';
import type { Journal } from './outcome.ts';

export type Attempt = Journal['attempts'][number];

/** What ECS says of a task. */
export interface TaskFact {
  readonly stopped: boolean;
  readonly exitCode?: number;
  readonly stopCode?: string;
  /** ECS says that it was killed for its memory; absent when it does not. */
  readonly outOfMemory?: boolean;
}

/** How a job goes on, judged from what its attempts came to. */
export type Verdict =
  | { readonly go: 'run'; readonly alone: boolean }
  | { readonly go: 'fail'; readonly reason: FailureReason; readonly message: string };

/** Kills for memory that a job may survive: the second one, with nobody beside it, is proof enough. */
const MEMORY_KILLS = 2;

/** 128 + SIGKILL: what a memory kill leaves. */
const KILLED = 137;

/**
 * Judges a job by its journal. An attempt that is not closed and whose task is stopped, or unknown to ECS, was a crash;
 * one whose task lives is another delivery of the same job and proves nothing. Of a function nobody can be asked: its
 * attempt was a crash once the time that Lambda gave it (`endsBy`) is over. After any crash the job runs alone, so that the
 * next crash has one suspect. A function's end by itself never fails a job: it says nothing of why it came.
 */
export function judgeAttempts(
  attempts: readonly Attempt[],
  facts: ReadonlyMap<string, TaskFact>,
  limits: { readonly maxAttempts: number; readonly ownTaskArn: string; readonly now: number },
): Verdict {
  const crashes = attempts.filter((attempt) => isCrash(attempt, facts, limits));
  // A task dies once, however many attempts of the job it left open.
  const graves = [...new Set(crashes.filter(({ alone }) => alone).map(({ taskArn }) => taskArn))];
  const proven = graves.filter((taskArn) => isMemoryKill(facts.get(taskArn)));
  if (proven.length >= MEMORY_KILLS) {
    const message = `The job killed its worker ${proven.length} times while it ran alone (exit code ${KILLED}).`;
    return { go: 'fail', reason: 'killed-worker', message };
  }
  const deaths = graves.filter((taskArn) => isOwnDeath(facts.get(taskArn)));
  if (deaths.length >= limits.maxAttempts) {
    const message = `The worker died ${deaths.length} times while the job ran alone.`;
    return { go: 'fail', reason: 'attempts-exhausted', message };
  }
  const spent = judgeErrors(attempts, limits.maxAttempts);
  if (spent !== undefined) return spent;
  return {
    go: 'run',
    alone: crashes.length > 0 || attempts.some((attempt) => errorCode(attempt) === PROCESSOR_KILLED),
  };
}

/** The code of a processor that something other than Slipway killed: the suspect may have been a neighbour. */
export const PROCESSOR_KILLED = 'processor-killed';
/** The code of a processor that passed its memory ceiling: guilty without doubt. */
export const OUT_OF_MEMORY = 'out-of-memory';

/** Reasons that say more than "every attempt failed", when the last attempt ended with them. */
const TELLING = ['deadline', 'access-denied', OUT_OF_MEMORY] as const;

/** The failure that closed attempts add up to; undefined while the job may still run. */
export function judgeErrors(attempts: readonly Attempt[], maxAttempts: number): Verdict | undefined {
  const memoryKills = attempts.filter((attempt) => isProcessorMemoryKill(attempt));
  if (memoryKills.length >= MEMORY_KILLS) {
    const message = `The processor ran out of memory ${memoryKills.length} times.`;
    return { go: 'fail', reason: OUT_OF_MEMORY, message };
  }
  const errors = attempts.filter(({ closed }) => closed === 'error');
  const last = errors.at(-1);
  if (last === undefined || errors.length < maxAttempts) return undefined;
  const code = errorCode(last);
  const reason = TELLING.find((telling) => telling === code) ?? 'attempts-exhausted';
  return { go: 'fail', reason, message: `${errors.length} attempts failed; the last: ${last.error ?? 'no message'}` };
}

/** Tasks that ECS has to be asked about: those of attempts that nobody closed, without one's own and without functions. */
export function doubtfulTasks(attempts: readonly Attempt[], ownTaskArn: string): string[] {
  const open = attempts.filter(
    ({ closed, taskArn, endsBy }) => closed === undefined && endsBy === undefined && taskArn !== ownTaskArn,
  );
  return [...new Set(open.map(({ taskArn }) => taskArn))];
}

/** The text of an attempt's error: `code: message`. */
export function attemptError(code: string, message: string): string {
  return `${code}: ${message}`.slice(0, 1_000);
}

function errorCode({ error }: Attempt): string | undefined {
  return error?.split(':', 1)[0];
}

function isCrash(
  attempt: Attempt,
  facts: ReadonlyMap<string, TaskFact>,
  { ownTaskArn, now }: { readonly ownTaskArn: string; readonly now: number },
): boolean {
  if (attempt.closed !== undefined || attempt.taskArn === ownTaskArn) return false;
  if (attempt.endsBy !== undefined) return Date.parse(attempt.endsBy) <= now;
  return facts.get(attempt.taskArn)?.stopped ?? true;
}

/**
 * The exit code alone proves nothing: a task that was told to stop and did not heed, and one that somebody killed, end
 * with the same. ECS names the cause.
 */
function isMemoryKill(fact: TaskFact | undefined): boolean {
  return fact?.exitCode === KILLED && fact.outOfMemory === true && isUnordered(fact);
}

/** An end that nobody ordered, for whatever cause: neither told to stop (143) nor taken away by AWS. */
function isOwnDeath(fact: TaskFact | undefined): boolean {
  return ![0, 143].includes(fact?.exitCode ?? 0) && isUnordered(fact);
}

function isUnordered(fact: TaskFact | undefined): boolean {
  return (fact?.stopCode ?? 'EssentialContainerExited') === 'EssentialContainerExited';
}

function isProcessorMemoryKill(attempt: Attempt): boolean {
  const code = errorCode(attempt);
  return code === OUT_OF_MEMORY || (code === PROCESSOR_KILLED && attempt.alone);
}
