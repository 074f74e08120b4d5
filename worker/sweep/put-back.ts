import type { ListedVersion } from '../../aws/listings.ts';
import { type Job, jobOf } from '../../core/job.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import type { QueueRoute } from '../../core/outcome.ts';
import { judgeMissing } from '../../core/requeue-rule.ts';
import { inParallel } from './in-parallel.ts';
import type { SweepRun } from './run.ts';

/** Keys that a report names. */
const SAMPLE = 20;
/** SQS takes ten messages a batch; ten batches at once are far below what it gives a queue. */
const BATCH = 10;
const BATCHES_AT_ONCE = 10;
const READS_AT_ONCE = 32;

/** Puts versions without an outcome back into their queues, as the event that was lost; those for which it is time. */
export async function putBack(run: SweepRun, missing: readonly ListedVersion[]): Promise<void> {
  const judged = await inParallel(missing, READS_AT_ONCE, (version) => judge(run, version));
  for (const route of ['service', 'task'] as const) {
    const jobs = missing.filter((_, index) => judged[index] === route).map(({ source }) => jobOf(source));
    await send(run, route, jobs);
  }
}

/** The queue that the version goes to; undefined when it is left alone. */
async function judge(run: SweepRun, { source, lastModified }: ListedVersion): Promise<QueueRoute | undefined> {
  const { ports, emptyQueues, findings, startedAt } = run;
  const job = jobOf(source);
  const route: QueueRoute = source.size > ports.largeObjectBytes ? 'task' : 'service';
  const verdict = judgeMissing({
    ageMs: startedAt - lastModified,
    graceMs: ports.graceMs,
    sinceLastSweepMs: run.sinceLastSweepMs,
    queueEmpty: emptyQueues.has(route),
  });
  if (verdict === 'young' || verdict === 'waiting') return count(run, verdict);
  if (route === 'task' && isLaunched(run, job)) return count(run, 'inWork');
  // An empty queue of the service says that nobody is at work on it; a launched task leaves its queue at once.
  if (route === 'task' || verdict === 'due') {
    // It may have come since the listing.
    if ((await ports.outcomes.read(job.jobId)) !== undefined) return count(run, 'withOutcome');
    if (route === 'service' && (await isInWork(run, job))) return count(run, 'inWork');
  }
  if (verdict === 'lost') findings.counts.lost += 1;
  return route;
}

function count(run: SweepRun, name: 'young' | 'waiting' | 'inWork' | 'withOutcome'): undefined {
  run.findings.counts[name] += 1;
}

/** A task lives for it, or has stopped so lately that the handler of its stop may be about to start the next. */
function isLaunched({ launched, ports, startedAt }: SweepRun, { jobId }: Job): boolean {
  const tasks = launched.get(jobId) ?? [];
  return tasks.some(({ stoppedAt }) => stoppedAt === undefined || startedAt - stoppedAt < ports.graceMs);
}

/** An attempt was begun so lately that it may still be at it; one that has ended leaves the message in the queue. */
async function isInWork({ ports, startedAt }: SweepRun, { jobId }: Job): Promise<boolean> {
  const stored = await ports.journal.read(jobId);
  const since = startedAt - ports.jobDeadlineMs - ports.graceMs;
  return (stored?.record.attempts ?? []).some((attempt) => Date.parse(attempt.startedAt) > since);
}

async function send({ ports, findings: { counts } }: SweepRun, route: QueueRoute, jobs: readonly Job[]): Promise<void> {
  const messages = jobs.map((job) => ({ body: objectCreatedBody(job, 'slipway.sweep') }));
  const starts = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index) => BATCH * index);
  await inParallel(starts, BATCHES_AT_ONCE, async (start) => {
    await ports.queues[route].send(messages.slice(start, start + BATCH));
  });
  counts.requeued[route] += jobs.length;
  counts.sample.push(...jobs.slice(0, SAMPLE - counts.sample.length).map(({ source }) => source.key));
}
