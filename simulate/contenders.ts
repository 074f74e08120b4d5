import type { Policy } from './engine/policy.ts';
import type { Contender } from './measure.ts';
import { clairvoyant } from './policies/clairvoyant.ts';
import { latency, oracle, stale, unlearnt } from './policies/latency.ts';
import { readNativePolicies } from './policies/native.ts';
import { PEERS } from './policies/peers.ts';
import type { Setting } from './setting.ts';
import type { Stage } from './stage.ts';

/** From the first event into a sleeping service until its desired count is set: EventBridge, a cold function, four calls. */
const WAKE_SECONDS = 1.5;
/** GetQueueAttributes is some seconds behind; SQS promises only "eventually". */
const ATTRIBUTES_AGE_SECONDS = 3;
const ATTRIBUTES_NOISE = 0.05;

/** Concurrencies of the first responder that a comparison shows. */
export const RESPONDERS = [5, 20, 50] as const;

/** The setting of a stage, with a first responder of this concurrency. */
export function settingOf(stage: Stage, responder: number): Setting {
  return {
    slots: stage.slots,
    minTasks: stage.minTasks,
    maxTasks: stage.maxTasks,
    latencyTargetSeconds: stage.latencyTarget,
    idleSeconds: stage.idleSeconds,
    holdSeconds: stage.holdSeconds,
    wakeSeconds: WAKE_SECONDS,
    attributesAgeSeconds: ATTRIBUTES_AGE_SECONDS,
    attributesNoise: ATTRIBUTES_NOISE,
    responder: responder === 0 ? undefined : { concurrency: responder },
  };
}

/** A policy as a table has it. */
export function contender(policy: Policy, setting: Setting): Contender {
  const { responder } = setting;
  const name = responder === undefined ? policy.name : `${policy.name}, responder ${responder.concurrency}`;
  return { name, policy, setting };
}

/** The shipped policy between the best that could be. */
export function ownContenders(stage: Stage, responders: readonly number[]): readonly Contender[] {
  const plain = settingOf(stage, 0);
  return [
    contender(clairvoyant, plain),
    contender(oracle, plain),
    contender(latency, plain),
    ...responders.map((concurrency) => contender(latency, settingOf(stage, concurrency))),
  ];
}

/** All that are compared. */
export async function allContenders(stage: Stage): Promise<readonly Contender[]> {
  const plain = settingOf(stage, 0);
  const others = [unlearnt, stale, ...(await readNativePolicies(stage)), ...PEERS];
  return [...ownContenders(stage, RESPONDERS), ...others.map((policy) => contender(policy, plain))];
}
