import type { Stored } from '../../aws/record.ts';
import { type Attempt, doubtfulTasks, judgeAttempts, judgeErrors, type Verdict } from '../../core/attempts.ts';
import { SlipwayError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { Journal } from '../../core/outcome.ts';
import type { JobDelivery, JobPorts } from '../job-ports.ts';
import { leftToTasks } from '../left-to-tasks.ts';
import { closeAttempt } from './close-attempt.ts';

/** An attempt that stands in the journal and may work. */
export interface OpenAttempt {
  readonly id: string;
  /** 1 for the first. */
  readonly number: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly alone: boolean;
  /** The journal as it was written when the attempt began. */
  readonly written?: Stored<Journal>;
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

/**
 * Judges the job by its journal, waits for its turn, and writes the attempt down before any work starts. A first responder
 * takes a job's first attempt alone: all others ask for judgement, and for a task.
 */
export async function openAttempt(
  ports: JobPorts,
  job: Job,
  delivery: Pick<JobDelivery, 'signal' | 'failedAt' | 'endsBy'>,
  id: string = ports.newId(),
): Promise<Opening> {
  const { failedAt } = delivery;
  for (let conflicts = 0; conflicts <= MAX_CONFLICTS; conflicts += 1) {
    const stored = await ports.journal.read(job.jobId);
    const isNewRound = failedAt !== undefined && stored?.record.failedAt !== failedAt;
    // What led to the failure that is tried again must not count against the new try.
    const attempts = isNewRound ? [] : (stored?.record.attempts ?? []);
    // Without one's own: a write that looked refused may have been carried out, its answer lost.
    const past = attempts.filter((attempt) => attempt.id !== id);
    if (ports.route === 'responder' && past.length > 0) throw leftToTasks('Somebody has begun the job before.');
    const verdict = await judge(ports, past);
    if (verdict.go === 'fail') return { ...verdict, attempts: past.length };
    const round = failedAt ?? stored?.record.failedAt;
    const start = { id, past, alone: verdict.alone, round, etag: stored?.etag };
    const attempt = await begin(ports, job, delivery, start);
    if (attempt !== undefined) return { go: 'run', attempt };
  }
  throw new SlipwayError('journal-contended', 'The journal of the job changes too often.', { retryable: true });
}

/**
 * Opens the first attempt of a job on a message's first delivery, without a look at what is recorded: a job of which no
 * attempt was ever written down has no outcome either. Undefined when that is not so; then its records have to be read.
 */
export async function openFirstAttempt(
  ports: JobPorts,
  job: Job,
  delivery: Pick<JobDelivery, 'signal' | 'failedAt' | 'endsBy' | 'isFirst'>,
  id: string,
): Promise<OpenAttempt | undefined> {
  if (delivery.isFirst !== true || delivery.failedAt !== undefined || ports.route === 'task') return undefined;
  return begin(ports, job, delivery, { id, past: [], alone: false, round: undefined, etag: undefined });
}

/** What an attempt begins with. */
interface Start {
  readonly id: string;
  readonly past: readonly Attempt[];
  readonly alone: boolean;
  readonly round: string | undefined;
  readonly etag: string | undefined;
}

/** Waits for its turn and writes the attempt down; undefined when the journal is not what it was taken for. */
async function begin(
  ports: JobPorts,
  { jobId }: Job,
  { signal, endsBy }: Pick<JobDelivery, 'signal' | 'endsBy'>,
  { id, past, alone, round, etag }: Start,
): Promise<OpenAttempt | undefined> {
  const place = placeOf(await ports.gate.enter(alone, signal));
  const entry = entryOf(ports, { id, alone, endsBy });
  const failedAt = round === undefined ? {} : { failedAt: round };
  const record: Journal = { v: 1, jobId, ...failedAt, attempts: [...past, entry] };
  const attempt = { ...entry, ...place, number: past.length + 1 };
  const written = await write(ports, record, etag, attempt);
  if (written !== undefined) return { ...attempt, written: { record, etag: written } };
  place.leave();
  return undefined;
}

async function judge(ports: JobPorts, attempts: readonly Attempt[]): Promise<Verdict> {
  const { maxAttempts } = ports.limits;
  // A launched task is alone anyway, and the handler of its stop judges its crashes.
  if (ports.route === 'task') return judgeErrors(attempts, maxAttempts) ?? { go: 'run', alone: true };
  const doubtful = doubtfulTasks(attempts, ports.taskArn);
  const facts = doubtful.length === 0 ? new Map() : await ports.tasks.describe(doubtful);
  return judgeAttempts(attempts, facts, { maxAttempts, ownTaskArn: ports.taskArn, now: ports.clock.now() });
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

function entryOf(
  ports: JobPorts,
  { id, alone, endsBy }: { readonly id: string; readonly alone: boolean; readonly endsBy: number | undefined },
): Attempt {
  const iso = (at: number) => new Date(at).toISOString();
  const startedAt = iso(ports.clock.now());
  return { id, taskArn: ports.taskArn, startedAt, ...(endsBy === undefined ? {} : { endsBy: iso(endsBy) }), alone };
}

/** A write without an answer may have been carried out: an attempt that nobody works on must not stay open. */
async function write(
  ports: JobPorts,
  journal: Journal,
  etag: string | undefined,
  attempt: OpenAttempt,
): Promise<string | undefined> {
  try {
    return await ports.journal.write(journal, etag);
  } catch (error) {
    await closeAttempt(ports, journal.jobId, attempt, 'released', 'unanswered: The attempt never began.');
    attempt.leave();
    throw error;
  }
}
