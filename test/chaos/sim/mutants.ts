import type { JobQueue } from '../../../aws/job-queue.ts';
import { writeRecord } from '../../../aws/record.ts';
import type { Job } from '../../../core/job.ts';
import { parseObjectCreated } from '../../../core/object-event.ts';
import { type Latest, recordKeys } from '../../../core/outcome.ts';
import type { JobPorts } from '../../../worker/job-ports.ts';
import type { SweepPorts } from '../../../worker/sweep/ports.ts';
import type { Mutation } from './mutation.ts';

/** Inputs that kill their worker, ten times as many as usual. */
const MANY_BOMBS = { bomb: 20 };
/** As many as keep the work below its ceiling, while nothing is wrong. */
const MORE_BOMBS = { bomb: 14 };

/** Keeps the queue's other calls. */
const queueWith = (change: (queue: JobQueue) => Partial<JobQueue>) => (queue: JobQueue) => ({
  ...queue,
  ...change(queue),
});
const portsWith = (change: (ports: JobPorts) => Partial<JobPorts>) => (ports: JobPorts) => ({
  ...ports,
  ...change(ports),
});

/** A sweep that leaves pointers where they are. */
const blindToPointers = (ports: SweepPorts): SweepPorts => ({
  ...ports,
  latest: { ...ports.latest, write: async () => true },
});

const NO_JOURNAL = { read: async () => undefined, write: async () => 'etag' };

/** Receipts of a message so far, by its text. */
const receipts = new Map<string, number>();

const withoutIsolation = portsWith(({ gate }) => ({
  gate: {
    get closed() {
      return gate.closed;
    },
    opened: gate.opened,
    enter: (_alone, signal) => gate.enter(false, signal),
  },
}));

/** Attempts as the journal has them, changed on their way to whoever judges them. */
const journalRead = (change: (attempt: { alone: boolean }) => object) =>
  portsWith(({ journal }) => ({
    journal: {
      ...journal,
      async read(jobId) {
        const stored = await journal.read(jobId);
        if (stored === undefined) return undefined;
        const attempts = stored.record.attempts.map((attempt) => ({ ...attempt, ...change(attempt) }));
        return { ...stored, record: { ...stored.record, attempts } };
      },
    },
  }));

/** Deliberate mistakes, each of which a run has to notice. */
export const MUTANTS: readonly Mutation[] = [
  {
    name: 'delete-first',
    what: 'a message is deleted when it is received, and no sweep makes up for it',
    caughtBy: 'checker',
    sweep: false,
    queue: queueWith((queue) => ({
      async receive(options) {
        const deliveries = await queue.receive(options);
        if (deliveries.length > 0) await queue.delete(deliveries.map(({ receiptHandle }) => receiptHandle));
        return deliveries;
      },
    })),
  },
  {
    name: 'no-version-pin',
    what: 'the newest version is read instead of the one that the event names',
    caughtBy: 'checker',
    ports: portsWith(({ objects }) => ({
      objects: {
        ...objects,
        download: ({ versionId: _, etag: __, ...source }, path, options) =>
          objects.download({ ...source, etag: '' }, path, options),
      },
    })),
  },
  {
    name: 'no-bucket-guard',
    what: 'events of the results bucket make jobs',
    caughtBy: 'checker',
    outputEvents: true,
    handle: (handle) => (ports, delivery) => {
      const inboxBucket = jobOfBody(delivery.body)?.source.bucket ?? ports.inboxBucket;
      return handle({ ...ports, inboxBucket }, delivery);
    },
  },
  {
    name: 'no-pointer-repair',
    what: 'what follows from an outcome is left undone when it stands already, and no sweep makes up for it',
    caughtBy: 'checker',
    sweepPorts: (ports) => ({ ...blindToPointers(ports), timeline: { add: async () => undefined } }),
    handle: (handle) => async (ports, delivery) => {
      const job = jobOfBody(delivery.body);
      const standing = job && (await ports.outcomes.read(job.jobId).catch(() => undefined));
      return standing === undefined ? handle(ports, delivery) : { kind: 'settled', outcome: standing };
    },
  },
  {
    name: 'pointer-last-writer-wins',
    what: 'the pointer of a key goes to whoever writes last, and no sweep looks after it',
    caughtBy: 'checker',
    sweepPorts: blindToPointers,
    ports: portsWith(({ latest }) => ({
      latest: {
        read: async () => undefined,
        async write(record: Latest) {
          const current = await latest.read(record.key);
          return latest.write(record, current?.etag);
        },
      },
    })),
  },
  {
    name: 'outcome-overwritten',
    what: 'an outcome is written without a condition, and the bucket lets it',
    caughtBy: 'checker',
    guardOutcomes: false,
    ports: (ports, results) => ({
      ...ports,
      outcomes: {
        ...ports.outcomes,
        async commit(outcome) {
          await writeRecord(results, recordKeys.outcome(outcome.jobId), outcome, 'always');
          return { outcome, won: true };
        },
      },
    }),
  },
  {
    name: 'fixed-output-names',
    what: 'outputs are named by their role instead of their content',
    caughtBy: 'checker',
    outputKey: (jobId, name) => `outputs/${jobId}/${name}`,
  },
  {
    name: 'no-journal',
    what: 'attempts are not written down',
    caughtBy: 'checker',
    ports: portsWith(() => ({ journal: NO_JOURNAL })),
  },
  {
    name: 'journal-from-second-delivery',
    what: 'the first attempt of a job is not written down, which saves two reads and two writes',
    caughtBy: 'amplification',
    uploads: MORE_BOMBS,
    queue: queueWith((queue) => ({
      async receive(options) {
        const deliveries = await queue.receive(options);
        for (const { body, receiveCount } of deliveries) receipts.set(body, receiveCount);
        return deliveries;
      },
    })),
    handle: (handle) => (ports, delivery) =>
      handle(receipts.get(delivery.body) === 1 ? { ...ports, journal: NO_JOURNAL } : ports, delivery),
  },
  {
    name: 'no-isolation',
    what: 'a job that runs alone shares its worker all the same',
    caughtBy: 'checker',
    uploads: MANY_BOMBS,
    ports: withoutIsolation,
  },
  {
    name: 'isolate-by-release',
    what: 'a job that has to run alone is given back while others run, with maxReceiveCount 6',
    caughtBy: 'checker',
    maxReceiveCount: 6,
    ports: portsWith(({ gate }) => {
      let inside = 0;
      return {
        gate: {
          get closed() {
            return gate.closed;
          },
          opened: gate.opened,
          async enter(alone, signal) {
            if (alone && inside > 0) throw new Error('busy');
            inside += 1;
            const leave = await gate.enter(alone, signal);
            let left = false;
            return () => {
              if (!left) inside -= 1;
              left = true;
              leave();
            };
          },
        },
      };
    }),
  },
  {
    name: 'blame-everyone',
    what: 'every job of a task that ran out of memory is to blame, and none ever runs alone',
    caughtBy: 'checker',
    uploads: MORE_BOMBS,
    ports: (ports) => withoutIsolation(journalRead(() => ({ alone: true }))(ports)),
  },
  {
    name: 'no-crash-blame',
    what: 'ECS is not believed: a task that died counts as one that lives',
    caughtBy: 'amplification',
    uploads: MORE_BOMBS,
    ports: portsWith(() => ({
      tasks: { describe: async (arns) => new Map(arns.map((arn) => [arn, { stopped: false }])) },
    })),
  },
  {
    name: 'blame-any-kill',
    what: 'every exit code 137 counts as a kill for memory',
    caughtBy: 'checker',
    faults: { 'worker.killed-at-call': 0.004 },
    ports: portsWith(({ tasks }) => ({
      tasks: {
        async describe(arns) {
          const facts = [...(await tasks.describe(arns))];
          return new Map(facts.map(([arn, fact]) => [arn, { ...fact, outOfMemory: true }]));
        },
      },
    })),
  },
  {
    name: 'max-receive-count-3',
    what: 'a message moves to the dead-letter queue after three receives',
    caughtBy: 'checker',
    maxReceiveCount: 3,
  },
  {
    name: 'max-receive-count-6',
    what: 'a message moves to the dead-letter queue after six receives',
    caughtBy: 'checker',
    maxReceiveCount: 6,
  },
  { name: 'no-sweep', what: 'no sweep ever runs', caughtBy: 'checker', sweep: false },
  {
    name: 'sweep-blind-to-pointers',
    what: 'the sweep leaves pointers where they are',
    caughtBy: 'checker',
    faults: { 'record.pointer-lost': 0.05 },
    sweepPorts: blindToPointers,
  },
  {
    name: 'sweep-blind-to-follow-ups',
    what: 'the sweep takes every outcome for followed up',
    caughtBy: 'checker',
    faults: { 'record.timeline-lost': 0.05 },
    sweepPorts: (ports) => ({ ...ports, listings: { ...ports.listings, isOnTimeline: async () => true } }),
  },
  {
    name: 'sweep-relaunches-nothing',
    what: 'the sweep puts nothing back into the launch queue',
    caughtBy: 'checker',
    faults: { 'task.vanished': 0.2 },
    sweepPorts: (ports) => ({
      ...ports,
      queues: { ...ports.queues, task: { ...ports.queues.task, send: async () => undefined } },
    }),
  },
  {
    name: 'sweep-stops-nothing',
    what: 'the sweep lets tasks run for ever',
    caughtBy: 'checker',
    faults: { 'task.hung': 0.2 },
    sweepPorts: (ports) => ({ ...ports, launched: { ...ports.launched, stop: async () => undefined } }),
  },
  {
    name: 'lease-without-condition',
    what: 'whoever wants to sweep takes the lease',
    caughtBy: 'checker',
    faults: { 'sweep.started-twice': 1 },
    sweepPorts: (ports) => ({
      ...ports,
      lease: {
        read: async () => undefined,
        async write(lease) {
          const standing = await ports.lease.read();
          return ports.lease.write(lease, standing?.etag);
        },
      },
    }),
  },
  {
    name: 'no-dead-letter',
    what: 'a refused job leaves no copy of its message',
    caughtBy: 'checker',
    ports: portsWith(() => ({ deadLetters: { send: async () => undefined } })),
  },
  {
    name: 'attempts-left-open',
    what: 'no attempt is ever closed',
    caughtBy: 'checker',
    ports: portsWith(({ journal }) => ({
      journal: {
        ...journal,
        async write(record, etag) {
          const open = record.attempts.map(({ closed: _, error: __, ...attempt }) => attempt);
          return journal.write({ ...record, attempts: open }, etag);
        },
      },
    })),
  },
  {
    name: 'no-heartbeat',
    what: 'leases are not renewed',
    caughtBy: 'amplification',
    queue: queueWith((queue) => ({
      changeVisibility: async (handle, seconds) => (seconds === 120 ? 'kept' : queue.changeVisibility(handle, seconds)),
    })),
  },
  {
    name: '412-as-error',
    what: 'an outcome that stands already is an error instead of the result',
    caughtBy: 'amplification',
    ports: (ports, results) => ({
      ...ports,
      outcomes: {
        ...ports.outcomes,
        async commit(outcome) {
          const first = await writeRecord(results, recordKeys.outcome(outcome.jobId), outcome, 'absent');
          if (!first) throw new Error('412');
          return { outcome, won: true };
        },
      },
    }),
  },
];

export function mutantNamed(name: string): Mutation | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
}

function jobOfBody(body: string): Job | undefined {
  try {
    return parseObjectCreated(body);
  } catch {
    return undefined;
  }
}
