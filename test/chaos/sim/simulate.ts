import { createHash } from 'node:crypto';
import { check, type PlantedMessage, type Violation } from '../checker.ts';
import { ALL_FAULTS, type FaultKind, QUIET_KINDS } from './faults.ts';
import { createFunctions } from './functions.ts';
import { type LaunchedHost, runLaunchedTask } from './launched.ts';
import { createLeaseWatch } from './lease-watch.ts';
import { createMishaps } from './mishaps.ts';
import type { Mutation } from './mutation.ts';
import { createResponders } from './responders.ts';
import { EPOCH } from './scheduler.ts';
import { createService } from './service.ts';
import { createSimulation, QUEUES, type Simulation } from './simulation.ts';
import { orphanAttempts, outcomesOf, snapshot } from './snapshot.ts';
import { createStillness } from './stillness.ts';
import { scheduleSweeps } from './sweeps.ts';
import { startUploads, type TimedUpload } from './uploads.ts';

export interface RunOptions {
  readonly seed: number;
  readonly uploads: number;
  readonly mutation?: Mutation | undefined;
  /** Few faults, and no input that kills its worker: whatever is done twice is waste. */
  readonly quiet?: boolean;
  /** Calls of the first responder at a time; none when left out. */
  readonly responders?: number;
  /** Faults that are left out. */
  readonly without?: ReadonlySet<FaultKind> | undefined;
  /** Takes the lines of the trace. */
  readonly print?: ((line: string) => void) | undefined;
}

/** What came of one seed. Times in virtual milliseconds. */
export interface RunResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Versions that were uploaded, those that overwrote another included. */
  readonly uploads: number;
  readonly messages: number;
  readonly bad: number;
  /** Bad uploads and messages with the outcome `failed`. */
  readonly refused: number;
  readonly statuses: Readonly<Record<'complete' | 'failed' | 'gone' | 'none', number>>;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly kills: number;
  /** Starts of a processor. */
  readonly starts: number;
  /** The same, of uploads that are good at the first try. */
  readonly goodStarts: number;
  readonly good: number;
  readonly deliveries: number;
  /** Deliveries that were put back though their job had its outcome. */
  readonly returns: number;
  /** Requests by who sent them and what: `worker GetObject`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly mails: number;
  /** From upload to outcome, of good uploads. */
  readonly latencies: readonly number[];
  /** From the death of a worker to the outcome of the good jobs that it held. */
  readonly recoveries: readonly number[];
  readonly virtualMs: number;
  /** Of everything above and of all records: the same for the same seed. */
  readonly hash: string;
}

/** A run that is not through by then never will be. */
const LIMIT_MS = 4 * 3_600_000;

/** Runs one seed to its end, and checks what is left. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const { stackTraceLimit } = Error;
  // Thousands of errors are made on purpose; nobody reads their stacks.
  Error.stackTraceLimit = 0;
  try {
    return await runSeed(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runSeed(options: RunOptions): Promise<RunResult> {
  const jobTasks = new Map<string, LaunchedHost>();
  const sim = createSimulation({
    ...options,
    without: leftOut(options),
    onResult(key) {
      uploads.outputWritten(key);
      mishaps.recordWritten(key);
      leases.recordWritten(key);
      if (key.startsWith('outcomes/')) stillness.moved();
    },
    onLaunch(task) {
      const launched = runLaunchedTask(sim, task);
      jobTasks.set(task.arn, launched);
      launched.host.onDeath(() => jobTasks.delete(task.arn));
    },
    onStop: ({ arn }, reason) => jobTasks.get(arn)?.stop(reason),
    onStopped(task) {
      if (!sim.faults.draw('ecs.notice-lost')) functions.taskStopped(task);
      if (sim.faults.draw('ecs.notice-twice')) functions.taskStopped(task);
    },
  });
  const uploads = startUploads(sim, options.uploads, options.quiet ?? false);
  const mishaps = createMishaps(sim, uploads, () => stillness.moved());
  const leases = createLeaseWatch(sim);
  const service = createService(sim);
  const responders = createResponders(sim, options.responders ?? 0, () => service.running);
  const functions = createFunctions(sim);
  const isIdle = () =>
    uploads.pending + mishaps.pending + functions.pending + jobTasks.size === 0 &&
    !service.busy &&
    responders.running === 0 &&
    sim.sqs.messages(QUEUES.jobs).length + sim.sqs.messages(QUEUES.launches).length === 0;
  const stillness = createStillness(sim, isIdle);
  const sweeps = options.mutation?.sweep === false ? undefined : scheduleSweeps(sim, stillness.swept);

  await sim.scheduler.run(() => stillness.reached, EPOCH + LIMIT_MS);
  const unclosed = [...(stillness.reached ? [] : ['the run: it never came to rest']), ...orphanAttempts(sim)];
  sim.trace(() => 'all is quiet: the service is closed');
  for (const part of [service, responders, sweeps, functions]) part?.close();
  await sim.scheduler.run(() => service.running === 0 && functions.pending === 0, sim.scheduler.now() + 600_000);
  if (service.running > 0) unclosed.push('the service: a worker did not end');
  const protectedTasks = [...sim.ecs.tasks.values()].filter(({ protectedUntil }) => protectedUntil > 0);
  unclosed.push(...protectedTasks.map(({ arn }) => `protection of ${arn}`));
  if (leases.held) unclosed.push('the lease of the sweep');
  const violations = [...check(snapshot(sim, uploads, unclosed)), ...leases.violations];
  return summarize(sim, uploads.uploads, uploads.messages, violations);
}

function leftOut({ quiet, without = new Set() }: RunOptions): Set<FaultKind> {
  return new Set([...without, ...(quiet ? ALL_FAULTS.filter((kind) => !QUIET_KINDS.has(kind)) : [])]);
}

function summarize(
  sim: Simulation,
  uploads: readonly TimedUpload[],
  messages: readonly PlantedMessage[],
  violations: readonly Violation[],
): RunResult {
  const outcomes = outcomesOf(sim);
  const { tally } = sim;
  const statuses = { complete: 0, failed: 0, gone: 0, none: 0 };
  const latencies: number[] = [];
  const good = new Map<string, number>();
  for (const { jobId, at, plannedAs } of uploads) {
    const outcome = outcomes.get(jobId)?.outcome;
    statuses[outcome?.status ?? 'none'] += 1;
    if (plannedAs !== 'good' || outcome === undefined) continue;
    const finishedAt = Date.parse(outcome.finishedAt);
    latencies.push(finishedAt - at);
    good.set(jobId, finishedAt);
  }
  const recoveries = tally.interrupted.flatMap(({ jobId, at }) => {
    const finishedAt = good.get(jobId);
    return finishedAt !== undefined && finishedAt > at ? [finishedAt - at] : [];
  });
  const plain = uploads.filter(({ plannedAs, deleted }) => !deleted && ['good', 'slow'].includes(plannedAs));
  const result = {
    seed: sim.seed,
    violations,
    uploads: uploads.length,
    messages: messages.length,
    bad: uploads.filter(({ kind }) => kind === 'bad').length,
    refused:
      uploads.filter(({ kind, jobId }) => kind === 'bad' && outcomes.get(jobId)?.outcome.status === 'failed').length +
      messages.filter(({ jobId }) => outcomes.get(jobId)?.outcome.status === 'failed').length,
    statuses,
    faults: sim.faults.counts,
    kills: tally.kills,
    starts: [...tally.starts.values()].reduce((sum, count) => sum + count, 0),
    goodStarts: plain.reduce((sum, { jobId }) => sum + (tally.starts.get(jobId) ?? 0), 0),
    good: plain.length,
    deliveries: sim.sqs.deliveries,
    returns: tally.returns,
    requests: Object.fromEntries(tally.requests),
    mails: tally.mails.length,
    latencies,
    recoveries,
    virtualMs: sim.scheduler.now() - EPOCH,
  };
  const records = [...sim.s3.results].map(([key, { body, writes }]) => [key, body.toString(), writes]);
  const hash = createHash('sha256')
    .update(JSON.stringify([result, records]))
    .digest('hex');
  return { ...result, hash };
}
