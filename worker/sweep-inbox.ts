import type { ListedVersion, Listings } from '../aws/listings.ts';
import type { MessageSender } from '../aws/message-sender.ts';
import type { Clock } from '../core/clock.ts';
import { type Job, type JobId, jobOf } from '../core/job.ts';
import { objectCreatedBody } from '../core/object-event.ts';
import type { Route } from '../core/outcome.ts';
import type { SweepReport } from '../core/sweep-report.ts';

/** What a sweep works with. */
export interface SweepOptions {
  readonly listings: Listings;
  readonly queues: Readonly<Record<Route, MessageSender>>;
  /** Objects of more bytes go to a task of their own, as in the rules. */
  readonly largeObjectBytes: number;
  /** Versions younger than this may have their event still under way. */
  readonly graceMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Keys that a report names. */
const SAMPLE = 20;
/** Messages gathered before they are sent: ten batches at once. */
const CHUNK = 100;

/**
 * Compares what lies in the inbox with what has an outcome. It goes by state, not by time, so it may be late, run twice
 * or stop half-way. A job that merely waits in a queue is put there once more: the second message finds the outcome.
 *
 * Outcomes are named by hash, so the two listings have no order in common: all ids are held in memory, some 100 bytes
 * each, and the inbox streams past them.
 */
export async function sweepInbox(options: SweepOptions): Promise<SweepReport> {
  const { listings, clock, signal, graceMs, largeObjectBytes } = options;
  const startedAt = clock.now();
  const settled = await collectIds(listings.outcomeIds());
  const report = { scanned: 0, withOutcome: 0, young: 0, requeued: { service: 0, task: 0 }, sample: [] as string[] };
  for await (const page of listings.versions()) {
    if (signal.aborted) break;
    const missing: Record<Route, Job[]> = { service: [], task: [] };
    for (const version of page) {
      if (version.source.key.endsWith('/')) continue;
      report.scanned += 1;
      const job = jobOf(version.source);
      if (settled.has(job.jobId)) report.withOutcome += 1;
      else if (isYoung(version, startedAt, graceMs)) report.young += 1;
      else missing[version.source.size > largeObjectBytes ? 'task' : 'service'].push(job);
    }
    for (const route of ['service', 'task'] as const) {
      await sendAll(options.queues[route], missing[route]);
      report.requeued[route] += missing[route].length;
      report.sample.push(...missing[route].slice(0, SAMPLE - report.sample.length).map(({ source }) => source.key));
    }
  }
  return {
    v: 1,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(clock.now()).toISOString(),
    complete: !signal.aborted,
    ...report,
  };
}

async function collectIds(pages: AsyncIterable<readonly JobId[]>): Promise<Set<JobId>> {
  const ids = new Set<JobId>();
  for await (const page of pages) for (const id of page) ids.add(id);
  return ids;
}

function isYoung({ lastModified }: ListedVersion, now: number, graceMs: number): boolean {
  return now - lastModified < graceMs;
}

async function sendAll(queue: MessageSender, jobs: readonly Job[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += CHUNK) {
    const chunk = jobs.slice(start, start + CHUNK).map((job) => ({ body: objectCreatedBody(job, 'slipway.sweep') }));
    const tens = Array.from({ length: Math.ceil(chunk.length / 10) }, (_, ten) => chunk.slice(10 * ten, 10 * ten + 10));
    await Promise.all(tens.map((ten) => queue.send(ten)));
  }
}
