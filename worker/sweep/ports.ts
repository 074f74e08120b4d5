import type { AlertDesk } from '../../aws/alert-desk.ts';
import type { Alerts } from '../../aws/alerts.ts';
import type { JournalStore } from '../../aws/journal-store.ts';
import type { LatestStore } from '../../aws/latest-store.ts';
import type { LaunchedTasks } from '../../aws/launched-tasks.ts';
import type { LeaseStore } from '../../aws/lease-store.ts';
import type { Listings } from '../../aws/listings.ts';
import type { MarkStore } from '../../aws/mark-store.ts';
import type { MessageSender } from '../../aws/message-sender.ts';
import type { ObjectStore } from '../../aws/object-store.ts';
import type { OutcomeStore } from '../../aws/outcome-store.ts';
import type { QueueDepth } from '../../aws/queue-depth.ts';
import type { TaskFacts } from '../../aws/task-facts.ts';
import type { TimelineStore } from '../../aws/timeline-store.ts';
import type { Clock } from '../../core/clock.ts';
import type { QueueRoute } from '../../core/outcome.ts';
import type { SweepReport } from '../../core/sweep-report.ts';
import type { Logger } from '../processor.ts';

/** The queue of a route, and where its failed messages go. */
export interface SweptQueue extends MessageSender, QueueDepth {
  readonly deadLetters: MessageSender;
}

/** Everything that a sweep touches. */
export interface SweepPorts {
  /** ARN of the sweep's own task. */
  readonly taskArn: string;
  readonly stage: string;
  /** Objects of more bytes go to a task of their own, as in the rules. */
  readonly largeObjectBytes: number;
  /** Versions younger than this may have their event still under way, outcomes their follow-up. */
  readonly graceMs: number;
  readonly jobDeadlineMs: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** What the process has cost so far. */
  usage(): Pick<SweepReport, 'requests' | 'peakMib'>;
  readonly lease: LeaseStore;
  readonly tasks: TaskFacts;
  readonly launched: LaunchedTasks;
  readonly listings: Listings;
  readonly queues: Readonly<Record<QueueRoute, SweptQueue>>;
  readonly outcomes: OutcomeStore;
  readonly journal: JournalStore;
  readonly latest: LatestStore;
  readonly objects: ObjectStore;
  readonly timeline: TimelineStore;
  readonly desk: AlertDesk;
  readonly marks: MarkStore;
  readonly alerts: Alerts;
}
