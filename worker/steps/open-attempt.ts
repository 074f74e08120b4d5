import { type Attempt, doubtfulTasks, judgeAttempts, judgeErrors, type Verdict } from '../../core/attempts.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { Journal } from '../../core/outcome.ts';
import type { JobDelivery, JobPorts } from '../job-ports.ts';
import { closeAttempt } from './close-attempt.ts';

/** An attempt that stands in the journal and may work. */
export interface OpenAttempt {
  readonly id: string;
  /** 1 for the first. */
  readonly number: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly alone: boolean;
  /** Lets others run again, at once or when all is over that holds it; once is enough, more is harmless. */
  leave(): void;
  /** Nobody else runs before `over`. */
  hold(over: Promise<void>): void;
}

export type Opening =
  | { readonly go: 'run'; readonly attempt: OpenAttempt }
  | { readonly go: 'fail'; readonly reason: string; readonly message: string; readonly attempts: number };

/** Compare-and-swaps that may be lost in a row; as many deliveries of one job at once are no accident. */
const MAX_CONFLICTS = 10;

/** Judges the job by its journal, waits for its turn, and writes the attempt down before any work starts. */
export async function openAttempt(
  ports: JobPorts,
  job: Job,
  { signal, failedAt }: Pick<JobDelivery, 'signal' | 'failedAt'>,
): Promise<Opening> {
  const id = ports.newId();
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
    const stored = await ports.journal.read(job.jobId);
    const isNewRound = failedAt !== undefined && stored?.record.failedAt !== failedAt;
    // What led to the failure that is tried again must not count against the new try.
    const attempts = isNewRound ? [] : (stored?.record.attempts ?? []);
    // Without one's own: a write that looked refused may have been carried out, its answer lost.
    const past = attempts.filter((attempt) => attempt.id !== id);
    const verdict = await judge(ports, past);
    if (verdict.go === 'fail') return { ...verdict, attempts: past.length };
    const place = placeOf(await ports.gate.enter(verdict.alone, signal));
    const entry = entryOf(ports, id, verdict.alone);
    const round = failedAt ?? stored?.record.failedAt;
    const journal: Journal = {
      v: 1,
      jobId: job.jobId,
      ...(round === undefined ? {} : { failedAt: round }),
      attempts: [...past, entry],
    };
    const attempt = { ...entry, ...place, number: past.length + 1 };
    if (await write(ports, journal, stored?.etag, attempt)) return { go: 'run', attempt };
    place.leave();
  }
  throw new SlipwayError('journal-contended', 'The journal of the job changes too often.', { retryable: true });
}

async function judge(ports: JobPorts, attempts: readonly Attempt[]): Promise<Verdict> {
  const { maxAttempts } = ports.limits;
  // A launched task is alone anyway, and the handler of its stop judges its crashes.
  if (ports.route === 'task') return judgeErrors(attempts, maxAttempts) ?? { go: 'run', alone: true };
  const doubtful = doubtfulTasks(attempts, ports.taskArn);
  const facts = doubtful.length === 0 ? new Map() : await ports.tasks.describe(doubtful);
  return judgeAttempts(attempts, facts, { maxAttempts, ownTaskArn: ports.taskArn });
}

/** A place inside the gate. */
function placeOf(leave: () => void): Pick<OpenAttempt, 'leave' | 'hold'> {
  let held: Promise<void> | undefined;
  return {
    leave: () => void (held === undefined ? leave() : held.then(leave)),
    hold: (over) => {
      held = over;
    },
  };
}

function entryOf(ports: JobPorts, id: string, alone: boolean): Attempt {
  return { id, taskArn: ports.taskArn, startedAt: new Date(ports.clock.now()).toISOString(), alone };
}

/** A write without an answer may have been carried out: an attempt that nobody works on must not stay open. */
async function write(
  ports: JobPorts,
  journal: Journal,
  etag: string | undefined,
  attempt: OpenAttempt,
): Promise<boolean> {
  try {
    return await ports.journal.write(journal, etag);
  } catch (error) {
    await closeAttempt(ports, journal.jobId, attempt, 'released', 'unanswered: The attempt never began.');
    attempt.leave();
    throw error;
  }
}
