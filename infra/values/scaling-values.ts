import { drainSeconds } from '../../core/scaling/latency-target.ts';
import type { StageParameters } from '../stage-parameters.ts';
import { serviceValues } from './service-values.ts';

/** What a native policy takes for the rate of one slot, as nobody tells it: half a second a job. */
const JOBS_PER_SLOT_AND_SECOND = 2;

/** What sets the count of the service's tasks. */
export function scalingValues(parameters: StageParameters) {
  const { scaling, targetGroupLabel, latencyTarget, encryption } = parameters;
  const { slots } = serviceValues(parameters);
  const watches = scaling === 'latency' || scaling === 'steps';
  return {
    /** Names of files in infra/. */
    scalingFile: `scaling-${scaling}`,
    scalerFile: watches ? 'scaler' : 'nothing',
    scalerFunctionFile: !watches ? 'nothing' : `function-scale-${scaling === 'latency' ? 'service' : 'publish'}`,
    scalerKeyFile: watches && encryption === 'kms' ? 'encryption-kms-scaler' : 'nothing',
    scalingRequestsFile: scaling === 'load' && targetGroupLabel !== '' ? 'scaling-load-requests' : 'nothing',
    /** Whether workers tell how fast they are: somebody has to want to know. */
    scaler: scaling === 'latency' ? 'on' : 'off',
    /** For `backlog`: jobs that one task works off in the part of the latency target that waiting may take. */
    backlogPerTask: Math.round(slots * JOBS_PER_SLOT_AND_SECOND * drainSeconds(latencyTarget)),
  };
}
