import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, localEnvironment, startChild } from '../child.ts';
import type { ContestantName, ContestantOptions, ContestantUse } from './contestant.ts';
import type { StubCount } from './stub.ts';

/** One run of a consumer. */
export interface Trial {
  readonly contestant: ContestantName;
  readonly slots: number;
  /** Mean of the handler's time, milliseconds. */
  readonly workMs: number;
  /** Added to every answer of the queue. */
  readonly latencyMs: number;
}

/** What a window of a run showed. */
export interface Drained {
  readonly messagesPerSecond: number;
  /** Microseconds of the consumer's processor time. */
  readonly cpuPerMessage: number;
  /** Requests to the queue. */
  readonly callsPerMessage: number;
  /** Of the slots' time, the part in which a handler was at work. */
  readonly slotUse: number;
  readonly rssMiB: number;
}

/** Lets a consumer work an endless queue, and looks at `windowMs` of it once it is warm. */
export async function drain(stub: Child & { readonly word: number }, trial: Trial, windowMs: number): Promise<Drained> {
  const endpoint = `http://127.0.0.1:${stub.word}`;
  stub.tell({ type: 'latency', milliseconds: trial.latencyMs });
  const options: ContestantOptions = { ...trial, queueUrl: `${endpoint}/000000000000/jobs` };
  const environment = { ...localEnvironment(endpoint), ECS_AGENT_URI: endpoint };
  const child = await startChild('consumers/contestant.ts', [trial.contestant, JSON.stringify(options)], environment);
  try {
    await warmUp(stub, trial);
    const before = await child.ask<ContestantUse>({});
    const from = performance.now();
    await sleep(windowMs);
    const count = await stub.ask<StubCount>({ type: 'count' });
    const ms = performance.now() - from;
    const after = await child.ask<ContestantUse>({});
    const calls = Object.values(count.calls).reduce((sum, each) => sum + each, 0);
    return {
      messagesPerSecond: (count.deleted / ms) * 1000,
      cpuPerMessage: ((after.cpuMs - before.cpuMs) * 1000) / count.deleted,
      callsPerMessage: calls / count.deleted,
      slotUse: (after.busyMs - before.busyMs) / ms / trial.slots,
      rssMiB: after.rssMiB,
    };
  } finally {
    await child.end();
  }
}

/** Long enough for the compiler to have seen it all; a slow consumer gets less, in messages. */
const WARM_MESSAGES = 8_000;
const WARM_MS = 4_000;

async function warmUp(stub: Child, { workMs }: Trial): Promise<void> {
  const until = performance.now() + WARM_MS;
  await stub.ask<StubCount>({ type: 'count' });
  const wanted = workMs > 0 ? 20_000 / workMs : WARM_MESSAGES;
  for (let deleted = 0; deleted < wanted && performance.now() < until; ) {
    await sleep(100);
    deleted += (await stub.ask<StubCount>({ type: 'count' })).deleted;
  }
}
