import type { LaunchedTask } from '../../aws/launched-tasks.ts';
import type { JobId } from '../../core/job.ts';
import type { QueueRoute } from '../../core/outcome.ts';
import type { Findings } from './findings.ts';
import type { HeldLease } from './lease.ts';
import type { SweepPorts } from './ports.ts';

/** One sweep under way. */
export interface SweepRun {
  readonly ports: SweepPorts;
  readonly findings: Findings;
  readonly lease: HeldLease;
  /** Aborts when the sweep has to stop: it does so at the next page. */
  readonly signal: AbortSignal;
  /** Unix epoch, milliseconds. */
  readonly startedAt: number;
  readonly sinceLastSweepMs: number;
  /** Tasks of the large route by their job. */
  readonly launched: ReadonlyMap<JobId, readonly LaunchedTask[]>;
  /** Queues without any message, as seen before the listings and after the first of them. */
  readonly emptyQueues: Set<QueueRoute>;
}
