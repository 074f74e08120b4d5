import { PRICES } from '../cli/cost/prices.ts';
import type { Run } from './engine/run.ts';
import type { Stage } from './stage.ts';

/** Dollars of what a run used: list prices of cli/cost/prices.ts, everything on demand. */
export interface Prices {
  /** Of one task, with its public address where it has one. */
  readonly taskSecond: number;
  readonly responderSecond: number;
  readonly responderJob: number;
  /** Long polls of an enabled event source mapping. */
  readonly pollingSecond: number;
  /** The scaler's function. */
  readonly functionSecond: number;
}

/** Pollers of an event source mapping with a maximum concurrency, and the length of a poll, seconds (Lambda Developer Guide). */
const POLLERS = 5;
const POLL_SECONDS = 20;
/** Of the scaler's function (infra/function-scale-service.yml), GiB. */
const SCALER_GIB = 0.125;

/** Prices of a stage's tasks and functions. */
export function pricesOf(stage: Stage): Prices {
  const arm = stage.cpuArchitecture === 'arm64';
  const cpu = (arm ? PRICES.fargateArmCpu : PRICES.fargateCpu).dollars * (stage.taskCpu / 1024);
  const memory = (arm ? PRICES.fargateArmMemory : PRICES.fargateMemory).dollars * (stage.taskMemory / 1024);
  const address = stage.network === 'public' ? PRICES.publicAddress.dollars : 0;
  return {
    taskSecond: (cpu + memory + address) / 3600,
    responderSecond: (arm ? PRICES.lambdaArmCompute : PRICES.lambdaCompute).dollars * (stage.responderMemory / 1024),
    // One call, and the message is deleted by Lambda: receive, call, delete.
    responderJob: PRICES.lambdaRequest.dollars + 2 * PRICES.sqsRequest.dollars,
    pollingSecond: (POLLERS / POLL_SECONDS) * PRICES.sqsRequest.dollars,
    functionSecond: PRICES.lambdaArmCompute.dollars * SCALER_GIB,
  };
}

/** What a run cost, dollars. */
export function dollarsOf(run: Run, prices: Prices): number {
  return (
    run.taskSeconds * prices.taskSecond +
    run.responderSeconds * prices.responderSecond +
    run.responderJobs * prices.responderJob +
    run.pollingSeconds * prices.pollingSecond +
    run.functionSeconds * prices.functionSecond
  );
}
