import { createCloudWatchClient, createDepthMetric, type DepthMetric } from '../aws/depth-metric.ts';
import { publishSettings } from '../aws/scaler-settings.ts';
import type { ScalerRecord } from '../core/scaler-record.ts';
import { handlerStack } from './handler-stack.ts';
import type { Log } from './log.ts';
import { composeWatch } from './scale-compose.ts';
import { scaleEventSchema } from './scale-event.ts';
import { isQuiet, type LookPorts, look } from './scale-look.ts';
import { scaleLoop } from './scale-loop.ts';
import type { Stepped } from './scale-step.ts';
import { STEP_MS } from './scale-turn.ts';

/** What a step that only publishes works with. */
export interface PublishPorts extends LookPorts {
  readonly metric: DepthMetric;
  readonly log: Log;
}

/** Looks and publishes: the alarms of the template decide. */
export async function publishStep(record: ScalerRecord, uploaded: boolean, ports: PublishPorts): Promise<Stepped> {
  const sight = await look(ports);
  const { visible, inFlight } = sight.reading;
  const jobs = Math.max(uploaded ? 1 : 0, visible + inFlight);
  await ports.metric.put(jobs);
  ports.log.info('queue depth published', { jobs, desired: sight.desired, running: sight.running });
  return { record, quiet: jobs === 0 && isQuiet(sight), pauseMs: STEP_MS };
}

/** Lambda's entry point where Application Auto Scaling steps on what this publishes. */
export const handler = handlerStack({
  expects: "a tick of the schedule or S3's event",
  schema: scaleEventSchema,
  compose(log) {
    const settings = publishSettings(process.env);
    const { looking, looping } = composeWatch(settings, log);
    const publishing = {
      ...looking,
      log,
      metric: createDepthMetric(createCloudWatchClient(), settings.METRIC_NAMESPACE),
    };
    return (event) =>
      scaleLoop(event, { ...looping, step: (record, uploaded) => publishStep(record, uploaded, publishing) });
  },
});
