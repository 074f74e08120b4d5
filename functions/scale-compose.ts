import { randomUUID } from 'node:crypto';
import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createQueueCounter } from '../aws/queue-counts.ts';
import { createAutoScalingClient, createScalableTarget } from '../aws/scalable-target.ts';
import type { WatchSettings } from '../aws/scaler-settings.ts';
import { createScalerStore } from '../aws/scaler-store.ts';
import { createEventsClient, createWakeRule } from '../aws/wake-rule.ts';
import { createWorkerService } from '../aws/worker-service.ts';
import type { Log } from './log.ts';
import { scaledClock } from './scale-clock.ts';
import { isQuiet, type LookPorts, look } from './scale-look.ts';
import type { LoopPorts } from './scale-loop.ts';

/** Everything of a loop but its step. */
export interface Watch {
  readonly looking: LookPorts;
  readonly looping: Omit<LoopPorts, 'step'>;
  readonly results: ReturnType<typeof resultsOf>;
}

/** Joins what both functions that watch the queue have in common to AWS. */
export function composeWatch(settings: WatchSettings, log: Log): Watch {
  const { CLUSTER, SERVICE_ARN } = settings;
  const clock = scaledClock(settings.TIME_SCALE);
  const results = resultsOf(settings);
  const looking = {
    queue: createQueueCounter(createSqsClient(), settings.JOB_QUEUE_URL),
    service: createWorkerService(createEcsClient(), CLUSTER, SERVICE_ARN),
    // `service/CLUSTER/NAME`, as the ARN ends.
    target: createScalableTarget(createAutoScalingClient(), SERVICE_ARN.split(':')[5] ?? ''),
    clock,
  };
  const looping = {
    records: createScalerStore(results),
    wakeRule: createWakeRule(createEventsClient(), settings.WAKE_RULE),
    clock,
    log,
    newId: randomUUID,
    quiet: async () => isQuiet(await look(looking)),
  };
  return { looking, looping, results };
}

const resultsOf = ({ RESULTS_BUCKET: name }: WatchSettings) => ({ client: createS3Client(), name });
