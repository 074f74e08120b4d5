import type { OutgoingMessage } from '../../aws/message-sender.ts';
import { type Downloaded, ObjectGoneError } from '../../aws/object-store.ts';
import type { Stored } from '../../aws/record.ts';
import type { TaskFact } from '../../core/attempts.ts';
import type { Clock } from '../../core/clock.ts';
import { isRedriveOf } from '../../core/dead-letter.ts';
import { type Job, type JobId, jobOf, type ObjectVersion } from '../../core/job.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import type { Journal, Latest, Outcome } from '../../core/outcome.ts';
import type { JobPorts, ProcessorOrder, Product } from '../../worker/job-ports.ts';
import { createSoloGate } from '../../worker/solo-gate.ts';
import { virtualClock } from './virtual-clock.ts';

/** What the ports of one system hold; several workers may share it. */
export interface JobWorld {
  readonly objects: Map<string, Downloaded>;
  readonly outcomes: Map<JobId, Outcome>;
  readonly journals: Map<JobId, Stored<Journal>>;
  readonly latest: Map<string, Stored<Latest>>;
  readonly timeline: Outcome[];
  readonly deadLetters: OutgoingMessage[];
  readonly tasks: Map<string, TaskFact>;
  /** Names of the port calls so far, in order. */
  readonly calls: string[];
  /** Called before every port call; may throw. */
  fault(call: string): void | Promise<void>;
  /** What a processor does. */
  process(order: ProcessorOrder): Promise<Product>;
}

export const INBOX = 'inbox';

export function jobFor(key: string, rest: Partial<ObjectVersion> = {}): Job {
  return jobOf({ bucket: INBOX, key, versionId: 'v1', etag: 'e', size: 3, sequencer: '01', ...rest });
}

export function bodyOf(job: Job): string {
  return objectCreatedBody(job, 'aws.s3');
}

/** A world without objects whose processor makes one output of every object. */
export function createWorld(): JobWorld {
  return {
    objects: new Map(),
    outcomes: new Map(),
    journals: new Map(),
    latest: new Map(),
    timeline: [],
    deadLetters: [],
    tasks: new Map(),
    calls: [],
    fault: () => undefined,
    process: async (order) => ({
      processor: 'fake',
      outputs: [{ name: 'out.txt', contentType: 'text/plain', path: `${order.directory}/out.txt` }],
      metadata: { size: order.source.size },
    }),
  };
}

/** Puts an object version into the inbox. */
export function putObject(world: JobWorld, job: Job, content = 'abc', lastModified = '2026-03-01T11:00:00.000Z'): void {
  const head = Buffer.from(content);
  world.objects.set(job.jobId, { bytes: head.length, head, lastModified });
}

/** Ports of one worker in a world. */
export function fakePorts(
  world: JobWorld,
  overrides: Partial<JobPorts> & { readonly clock?: Clock } = {},
): JobPorts & { readonly clock: Clock } {
  let ids = 0;
  const idOf = (source: ObjectVersion) => jobOf(source).jobId;
  const call = async <Result>(name: string, action: () => Result | Promise<Result>): Promise<Result> => {
    world.calls.push(name);
    await world.fault(name);
    return action();
  };
  const taskArn = overrides.taskArn ?? 'arn:task/1';
  return {
    route: 'service',
    taskArn,
    inboxBucket: INBOX,
    limits: { maxAttempts: 3, maxObjectBytes: 1_000 },
    clock: virtualClock(),
    newId: () => `${taskArn}#${++ids}`,
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    objects: {
      download: (source) =>
        call('objects.download', () => {
          const object = world.objects.get(idOf(source));
          if (object === undefined) throw new ObjectGoneError('The object version does not exist any more.');
          return object;
        }),
      lastModified: (source) => call('objects.lastModified', () => world.objects.get(idOf(source))?.lastModified),
      isStoredAfter: (source, versionId) =>
        call('objects.isStoredAfter', () => {
          const stored = [...world.objects.keys()];
          return stored.indexOf(idOf(source)) > stored.indexOf(idOf({ ...source, versionId }));
        }),
    },
    outcomes: {
      read: (jobId) => call('outcomes.read', () => world.outcomes.get(jobId)),
      commit: (outcome, failedAt) =>
        call('outcomes.commit', () => {
          const standing = world.outcomes.get(outcome.jobId);
          if (standing !== undefined && !isRedriveOf(failedAt, standing)) return { outcome: standing, won: false };
          world.outcomes.set(outcome.jobId, outcome);
          return { outcome, won: true };
        }),
    },
    journal: {
      read: (jobId) => call('journal.read', () => world.journals.get(jobId)),
      write: (journal, etag) => call('journal.write', () => swap(world.journals, journal.jobId, journal, etag)),
    },
    latest: {
      read: (key) => call('latest.read', () => world.latest.get(key)),
      write: (latest, etag) => call('latest.write', () => swap(world.latest, latest.key, latest, etag) !== undefined),
    },
    timeline: { add: (outcome) => call('timeline.add', () => void world.timeline.push(outcome)) },
    tasks: { describe: (arns) => call('tasks.describe', () => new Map(factsOf(world, arns))) },
    deadLetters: { send: (messages) => call('deadLetters.send', () => void world.deadLetters.push(...messages)) },
    scratch: {
      open: async (jobId, attemptId) => ({
        sourcePath: `/${jobId}/${attemptId}/source`,
        directory: `/${jobId}/${attemptId}/work`,
        remove: () => call('scratch.remove', () => undefined),
      }),
    },
    processors: { run: (order) => call('processors.run', () => world.process(order)) },
    outputs: {
      store: (jobId, { name, contentType }) =>
        call('outputs.store', () => {
          const sha256 = 'a'.repeat(64);
          return { name, contentType, key: `outputs/${jobId}/${sha256}.txt`, bytes: 3, sha256 };
        }),
    },
    gate: createSoloGate(),
    ...overrides,
  };
}

function* factsOf(world: JobWorld, arns: readonly string[]): Generator<[string, TaskFact]> {
  for (const arn of arns) {
    const fact = world.tasks.get(arn);
    if (fact !== undefined) yield [arn, fact];
  }
}

function swap<Key, Record>(
  records: Map<Key, Stored<Record>>,
  key: Key,
  record: Record,
  etag: string | undefined,
): string | undefined {
  const current = records.get(key);
  if (current?.etag !== etag) return undefined;
  const next = String(Number(current?.etag ?? 0) + 1);
  records.set(key, { record: structuredClone(record), etag: next });
  return next;
}
