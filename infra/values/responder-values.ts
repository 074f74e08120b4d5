import type { StageParameters } from '../stage-parameters.ts';
import { serviceValues } from './service-values.ts';

const MIB = 2 ** 20;

/** What the function itself takes beside the processor, MiB: Node, the streams, and the process that writes shared files. */
const OWN_MIB = 384;
/** One whole CPU (AWS Lambda Developer Guide, "Configure Lambda function memory"). */
const ONE_CPU_MIB = 1_769;
/** Lambda's most, MiB, of memory and of temporary space. */
const MOST_MIB = 10_240;
/** Lambda's longest. */
const MOST_SECONDS = 900;

/** Memory of the first responder, MiB: its one processor has what each of the service's has, so that both judge alike. */
export function responderMemory(parameters: Pick<StageParameters, 'taskCpu' | 'taskMemory'>): number {
  return Math.max(ONE_CPU_MIB, serviceValues(parameters).serviceProcessorMemory + OWN_MIB);
}

/** Temporary space for the largest object that takes the queue, its copies and its outputs, MiB. 512 cost nothing. */
export function responderSpace({ largeObjectBytes }: Pick<StageParameters, 'largeObjectBytes'>): number {
  return Math.max(512, Math.ceil((4 * largeObjectBytes) / MIB) + 256);
}

/** Whether Lambda has functions of that memory and that much temporary space. */
export function fitsLambda(parameters: Pick<StageParameters, 'taskCpu' | 'taskMemory' | 'largeObjectBytes'>): boolean {
  return responderMemory(parameters) <= MOST_MIB && responderSpace(parameters) <= MOST_MIB;
}

/** The first responder: a function beside the service, or nothing. */
export function responderValues(parameters: StageParameters) {
  const { firstResponder, encryption, cpuArchitecture, visibilitySeconds } = parameters;
  const isOn = firstResponder > 0;
  return {
    /** Names of files in infra/. */
    responderFunctionFile: isOn ? 'responder-function' : 'nothing',
    responderFile: isOn ? 'responder' : 'nothing',
    responderKeyFile: isOn && encryption === 'kms' ? 'responder-kms' : 'nothing',
    /** UUID of its event source mapping. */
    responderMapping: isOn ? { Ref: 'OnJobQueuedEventSourceMappingSQSJobQueue' } : '',
    responderMemory: responderMemory(parameters),
    responderSpace: responderSpace(parameters),
    /**
     * Half of what the message is hidden for: Lambda takes messages some time before it calls, and wants a message hidden
     * for longer than the call may take.
     */
    responderSeconds: Math.min(MOST_SECONDS, Math.floor(visibilitySeconds / 2)),
    /** In the names of the packages that hold sharp's native parts. */
    responderCpu: cpuArchitecture === 'arm64' ? 'arm64' : 'x64',
  };
}
