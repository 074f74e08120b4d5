import type { JournalStore } from '../aws/journal-store.ts';
import type { LatestStore } from '../aws/latest-store.ts';
import type { MessageSender } from '../aws/message-sender.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import type { OutcomeStore } from '../aws/outcome-store.ts';
import type { TaskFacts } from '../aws/task-facts.ts';
import type { TimelineStore } from '../aws/timeline-store.ts';
import type { Clock } from '../core/clock.ts';
import type { JobId } from '../core/job.ts';
import type { Outcome, Route, StoredOutput } from '../core/outcome.ts';
import type { Logger, Output, Source } from './processor.ts';
import type { SoloGate } from './solo-gate.ts';

/** A directory of one attempt alone. */
export interface Workspace {
  /** Where the object's bytes go. */
  readonly sourcePath: string;
  /** Where the processor works and leaves its outputs. */
  readonly directory: string;
  remove(): Promise<void>;
}

/** Gives every attempt a directory. */
export interface Scratch {
  open(jobId: JobId, attemptId: string): Promise<Workspace>;
}

/** One start of a processor. */
export interface ProcessorOrder {
  readonly jobId: JobId;
  /** 1 for the first. */
  readonly attempt: number;
  readonly source: Source;
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** What a processor came to. Not to be trusted: it worked on a stranger's bytes. */
export interface Product {
  readonly processor: string;
  readonly outputs: readonly Output[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Runs processors, apart from the worker. */
export interface Processors {
  /** Throws PermanentError when the object can never be processed, ProcessorError when this attempt failed. */
  run(order: ProcessorOrder): Promise<Product>;
}

/** Where outputs are kept: the results bucket and the shared file system. */
export interface OutputStore {
  /** Stores a file that lies in `directory`; anything else is refused with a ProcessorError. */
  store(jobId: JobId, output: Output, directory: string): Promise<StoredOutput>;
}

/** Everything that the handling of a job touches. Decisions read no clock, no file and no chance but through these. */
export interface JobPorts {
  readonly route: Route;
  /** Who works: the task, or the first responder's function. */
  readonly taskArn: string;
  readonly inboxBucket: string;
  readonly limits: { readonly maxAttempts: number; readonly maxObjectBytes: number };
  readonly clock: Clock;
  /** A fresh id for an attempt. */
  newId(): string;
  readonly logger: Logger;
  readonly objects: ObjectStore;
  readonly outcomes: OutcomeStore;
  readonly journal: JournalStore;
  readonly latest: LatestStore;
  readonly timeline: TimelineStore;
  readonly tasks: TaskFacts;
  readonly deadLetters: MessageSender;
  readonly scratch: Scratch;
  readonly processors: Processors;
  readonly outputs: OutputStore;
  readonly gate: SoloGate;
}

/** A job as it came: the message's text, and a signal that aborts with the reason why work must stop. */
export interface JobDelivery {
  readonly body: string;
  /** The message came back from the dead-letter queue: `finishedAt` of the failure that it is to replace. */
  readonly failedAt?: string;
  /** SQS has delivered the message this once: very likely nobody has begun the job, and its records need not be read first. */
  readonly isFirst?: boolean;
  /** By when whoever handles it has ended, even by being killed (Unix epoch, ms); absent for a task, of which ECS knows. */
  readonly endsBy?: number;
  readonly signal: AbortSignal;
}

/** What became of a delivery. */
export type JobEnd =
  /** The outcome stands: the message can go. */
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  /** Nothing to do: the message can go. */
  | { readonly kind: 'not-a-job' }
  /** Try again, after a while. */
  | { readonly kind: 'retry'; readonly error: unknown }
  /** The work was stopped from outside; the reason of the signal says why. */
  | { readonly kind: 'stopped'; readonly reason: unknown };
