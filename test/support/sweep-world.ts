import type { LaunchedTask } from '../../aws/launched-tasks.ts';
import type { ListedVersion } from '../../aws/listings.ts';
import type { OutgoingMessage } from '../../aws/message-sender.ts';
import type { Stored } from '../../aws/record.ts';
import { type Job, type JobId, jobOf, type ObjectVersion } from '../../core/job.ts';
import type { Outcome, QueueRoute } from '../../core/outcome.ts';
import type { SweepLease } from '../../core/sweep-lease.ts';
import type { SweepPorts } from '../../worker/sweep/ports.ts';
import { functionPorts } from './function-ports.ts';
import { createWorld, fakePorts, INBOX } from './job-fakes.ts';

export const NOW = Date.parse('2026-03-01T12:00:00Z');
export const LIMIT = 1_000;
export const MINUTE = 60_000;
export const GRACE = 10 * MINUTE;
export const SELF = 'arn:task/sweep-1';

/** The ports of a sweep in memory, with everything that passed through them. */
export function sweepWorld() {
  const world = createWorld();
  const clock = { time: NOW, now: () => clock.time };
  const jobs = fakePorts(world);
  const { ports: functions, alerts, marks, state } = functionPorts();
  state.now = NOW;
  const versions: ListedVersion[] = [];
  /** When each outcome was written, where it was not an hour ago. */
  const writtenAt = new Map<JobId, number>();
  const launched: LaunchedTask[] = [];
  const stopped: { readonly taskArn: string; readonly reason: string }[] = [];
  const sent: Record<QueueRoute, OutgoingMessage[]> = { service: [], task: [] };
  const deadLetters: Record<QueueRoute, OutgoingMessage[]> = { service: [], task: [] };
  const depths: Record<QueueRoute, number> = { service: 0, task: 0 };
  const walks: string[] = [];
  const lease: { stored?: Stored<SweepLease> } = {};
  const into = (list: OutgoingMessage[]) => async (messages: readonly OutgoingMessage[]) => void list.push(...messages);
  const queue = (route: QueueRoute) => ({
    send: into(sent[route]),
    messages: async () => depths[route],
    deadLetters: { send: into(deadLetters[route]) },
  });

  const ports: SweepPorts = {
    ...jobs,
    taskArn: SELF,
    stage: 'dev',
    largeObjectBytes: LIMIT,
    graceMs: GRACE,
    jobDeadlineMs: 10 * MINUTE,
    clock,
    usage: () => ({ requests: 0, peakMib: 0 }),
    lease: {
      read: async () => lease.stored,
      write: async (record, etag) => {
        if (lease.stored?.etag !== etag) return false;
        lease.stored = { record: structuredClone(record), etag: `${Number(etag ?? 0) + 1}` };
        return true;
      },
    },
    launched: {
      list: async () => launched,
      stop: async (taskArn, reason) => void stopped.push({ taskArn, reason }),
    },
    listings: {
      versions() {
        walks.push('versions');
        return pages(versions);
      },
      outcomes: (digits) =>
        pages(
          [...world.outcomes.keys()]
            .filter((jobId) => digits.includes(jobId.charAt(0)))
            .map((jobId) => ({ jobId, lastModified: writtenAt.get(jobId) ?? NOW - 60 * MINUTE })),
        ),
      timeline: () =>
        pages(world.timeline.map(({ jobId, finishedAt }) => ({ jobId, finishedAt: Date.parse(finishedAt) }))),
      isOnTimeline: async ({ jobId, finishedAt }) =>
        world.timeline.some((entry) => entry.jobId === jobId && entry.finishedAt === finishedAt),
    },
    queues: { service: queue('service'), task: queue('task') },
    desk: functions.desk,
    marks: functions.marks,
    alerts: functions.alerts,
  };

  /** An object version of an age, in the order of a listing: the newest of a key first. */
  function version(key: string, rest: Partial<ObjectVersion> & { readonly ageMs?: number } = {}): Job {
    const { ageMs = 60 * MINUTE, ...source } = rest;
    const job = jobOf({ bucket: INBOX, key, versionId: 'v1', etag: 'e', size: 10, sequencer: '', ...source });
    versions.push({ source: job.source, lastModified: NOW - ageMs });
    return job;
  }

  /** Gives a job an outcome, an hour ago, which is on the timeline. */
  function settle(job: Job, rest: Partial<Outcome> = {}, timeline = true): Outcome {
    const at = new Date(NOW - 60 * MINUTE).toISOString();
    const outcome: Outcome = {
      v: 1,
      jobId: job.jobId,
      status: 'complete',
      source: job.source,
      route: 'service',
      attempts: 1,
      taskArn: 'arn:task/1',
      startedAt: at,
      finishedAt: at,
      milliseconds: 0,
      outputs: [],
      ...rest,
    };
    world.outcomes.set(job.jobId, outcome);
    if (timeline) world.timeline.push(outcome);
    return outcome;
  }

  return {
    ...world,
    world,
    ports,
    clock,
    versions,
    version,
    settle,
    writtenAt,
    launched,
    stopped,
    sent,
    deadLetters,
    depths,
    walks,
    lease,
    alerts,
    marks,
    state,
    jobs,
  };
}

async function* pages<Item>(items: readonly Item[], size = 1_000): AsyncGenerator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
