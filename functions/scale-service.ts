import type { ResponderSwitch } from '../aws/responder-switch.ts';
import { scaleServiceSettings } from '../aws/scaler-settings.ts';
import { createSurplusStore } from '../aws/surplus-store.ts';
import { createWorkReports } from '../aws/work-reports.ts';
import { handlerStack } from './handler-stack.ts';
import { composeWatch } from './scale-compose.ts';
import { scaleEventSchema } from './scale-event.ts';
import { scaleLoop } from './scale-loop.ts';
import { type StepPorts, scaleStep } from './scale-step.ts';

/** Loaded when it is needed: most stages have no first responder, and those that do switch it a few times an hour. */
function responderSwitch(mapping: string): ResponderSwitch {
  return {
    async set(enabled) {
      const { createLambdaClient, createResponderSwitch } = await import('../aws/responder-switch.ts');
      // A new one each time: what another container of the function has said since is in the record, not in this one.
      await createResponderSwitch(createLambdaClient(), mapping).set(enabled);
    },
  };
}

/** Lambda's entry point: a tick every minute, and the first upload after a rest. */
export const handler = handlerStack({
  expects: "a tick of the schedule or S3's event",
  schema: scaleEventSchema,
  compose(log) {
    const settings = scaleServiceSettings(process.env);
    const { looking, looping, results } = composeWatch(settings, log);
    const rule = {
      latencyTargetSeconds: settings.LATENCY_TARGET_SECONDS,
      slots: settings.SLOTS,
      responderSlots: settings.RESPONDER_SLOTS,
      idleSeconds: settings.IDLE_SECONDS,
      holdSeconds: settings.HOLD_SECONDS,
    };
    const reports = createWorkReports(results, 'scaler');
    const surplus = createSurplusStore(results);
    const mapping = settings.RESPONDER_MAPPING;
    const responder = mapping === undefined ? undefined : responderSwitch(mapping);
    const stepping: StepPorts = { ...looking, reports, surplus, log, rule, responder, timeScale: settings.TIME_SCALE };
    return (event) =>
      scaleLoop(event, { ...looping, step: (record, uploaded) => scaleStep(record, uploaded, stepping) });
  },
});
