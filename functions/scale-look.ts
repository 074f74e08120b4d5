import type { QueueCounter } from '../aws/queue-counts.ts';
import type { ScalableTarget, TargetBounds } from '../aws/scalable-target.ts';
import type { ServiceCounts, WorkerService } from '../aws/worker-service.ts';
import type { Clock } from '../core/clock.ts';
import type { QueueReading } from '../core/scaling/decide.ts';

/** What the scaler reads with. */
export interface LookPorts {
  readonly queue: QueueCounter;
  readonly service: WorkerService;
  readonly target: ScalableTarget;
  readonly clock: Clock;
}

/** What the scaler sees in one look. */
export interface Sight extends TargetBounds, ServiceCounts {
  readonly reading: QueueReading;
}

/** Reads queue, service and bounds at once. Throws when one of them cannot be read: nothing is decided on a part. */
export async function look({ queue, service, target, clock }: LookPorts): Promise<Sight> {
  const [counts, tasks, bounds] = await Promise.all([queue.counts(), service.counts(), target.bounds()]);
  // Delayed messages are no work yet, but they keep the last task as hidden ones do.
  const reading = { at: clock.now(), visible: counts.visible, inFlight: counts.hidden + counts.delayed };
  return { reading, ...tasks, ...bounds };
}

/** Nothing to do, and no task more than there should be. */
export function isQuiet({ reading, desired, minTasks }: Sight): boolean {
  return reading.visible + reading.inFlight === 0 && desired === minTasks;
}
