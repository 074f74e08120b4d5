import type { JobQueue } from '../../../aws/job-queue.ts';
import type { Bucket } from '../../../aws/record.ts';
import type { JobDelivery, JobEnd, JobPorts } from '../../../worker/job-ports.ts';
import type { SweepPorts } from '../../../worker/sweep/ports.ts';
import type { FaultKind } from './faults.ts';
import type { UploadKind } from './workload.ts';

/** How a delivery is handled, given the ports of its worker. */
export type Handle = (ports: JobPorts, delivery: JobDelivery) => Promise<JobEnd>;

/** The conditions that a mistake shows in, without the mistake. */
export function controlOf({ name, what, caughtBy, faults = {}, uploads = {} }: Mutation): Mutation {
  return { name, what, caughtBy, faults, uploads };
}

/** A deliberate mistake: the real code with one of its ports, or one setting, replaced. */
export interface Mutation {
  readonly name: string;
  /** The mistake, in one line. */
  readonly what: string;
  /** What has to notice it. */
  readonly caughtBy: 'checker' | 'amplification';
  /** `results`: the bucket of the records, with the worker's own client. */
  readonly ports?: (ports: JobPorts, results: Bucket) => JobPorts;
  /** The same for sweeps. */
  readonly sweepPorts?: (ports: SweepPorts) => SweepPorts;
  /** Faults that come more often, or less, than in a usual run. */
  readonly faults?: Partial<Readonly<Record<FaultKind, number>>>;
  /** Uploads of kinds that come more often, or less; their relative frequency. */
  readonly uploads?: Partial<Readonly<Record<UploadKind, number>>>;
  readonly queue?: (queue: JobQueue) => JobQueue;
  readonly handle?: (handle: Handle) => Handle;
  /** Of the job queue; 20 is right. */
  readonly maxReceiveCount?: number;
  /** False: no sweep ever runs. */
  readonly sweep?: boolean;
  /** False: the results bucket takes an outcome without a condition. */
  readonly guardOutcomes?: boolean;
  /** Names an output, instead of by its content. */
  readonly outputKey?: (jobId: string, name: string) => string;
  /** True: events of the results bucket come to the job queue. */
  readonly outputEvents?: boolean;
}
