import type { ScalerStore } from '../aws/scaler-store.ts';
import type { WakeRule } from '../aws/wake-rule.ts';
import type { Clock } from '../core/clock.ts';
import { errorWords } from '../core/error-words.ts';
import { NO_RECORD, type ScalerRecord } from '../core/scaler-record.ts';
import type { Log } from './log.ts';
import type { ScaleEvent } from './scale-event.ts';
import type { Stepped } from './scale-step.ts';
import { lastStepAt, STEP_MS, takenTurn, turnOf } from './scale-turn.ts';

/** What a loop works with. */
export interface LoopPorts {
  readonly records: ScalerStore;
  readonly wakeRule: WakeRule;
  readonly clock: Clock;
  readonly log: Log;
  newId(): string;
  /** Whether there is nothing to do. Throws when that cannot be told. */
  quiet(): Promise<boolean>;
  step(record: ScalerRecord, uploaded: boolean): Promise<Stepped>;
}

/** What an invocation did. */
export interface Looped {
  /** `asleep`: nothing was to be done. `left`: another loop does it. `stepped`: it looked now and then until the next tick. */
  readonly did: 'asleep' | 'left' | 'stepped';
  readonly steps: number;
}

interface Held {
  readonly record: ScalerRecord;
  readonly etag: string;
}

/**
 * One invocation: looks once while nothing is to be done, and every ten seconds up to the next tick while there is. The
 * record in S3 sees to it that one loop runs at a time and goes on with what the one before remembered.
 */
export async function scaleLoop(event: ScaleEvent, ports: LoopPorts): Promise<Looped> {
  let stored = await ports.records.read();
  let turn = turnOf(event, stored?.record ?? NO_RECORD, ports.clock.now());
  if (turn.kind === 'wait') {
    await ports.clock.sleep(turn.milliseconds);
    stored = await ports.records.read();
    turn = turnOf(event, stored?.record ?? NO_RECORD, ports.clock.now());
  }
  if (turn.kind === 'leave' || turn.kind === 'wait') return { did: 'left', steps: 0 };
  if (turn.kind === 'look' && (await ports.quiet())) return { did: 'asleep', steps: 0 };
  const now = ports.clock.now();
  const before = stored?.record ?? NO_RECORD;
  const record = takenTurn(event, before, ports.newId(), now);
  const etag = await ports.records.write(record, stored?.etag);
  if (etag === undefined) return { did: 'left', steps: 0 };
  return loop(event, { record, etag }, lastStepAt(event, before, now), ports);
}

async function loop(event: ScaleEvent, held: Held, until: number, ports: LoopPorts): Promise<Looped> {
  const { clock, wakeRule } = ports;
  let { record } = held;
  let uploaded = event.kind === 'wake';
  // By plan, not by how long steps take: the last one of a loop is ten seconds before the next tick.
  let dueAt = clock.now();
  for (let steps = 1; ; steps += 1) {
    const step = await attempt(() => ports.step(record, uploaded), ports);
    if (step.done) {
      record = step.result.record;
      uploaded = false;
    }
    // Once in every loop, whatever state it is in: an update of the stack may have set it. Behind the step, for which
    // somebody waits.
    const disabled = steps === 1 ? await attempt(wakeRule.disable, ports) : undefined;
    const slept = step.done && step.result.quiet ? await attempt(() => fallAsleep(ports), ports) : undefined;
    const asleep = slept?.done === true && slept.result;
    dueAt = Math.max(clock.now(), dueAt + (step.done ? Math.min(STEP_MS, step.result.pauseMs) : STEP_MS));
    if (asleep || dueAt > until) {
      await ports.records.write({ ...record, until: 0, asleep }, held.etag);
      // What was wrong is over when the last step was right. What is not makes the invocation fail, and raises its alarm.
      for (const last of [step, disabled, slept]) if (last?.done === false) throw last.failure;
      return { did: 'stepped', steps };
    }
    await clock.sleep(dueAt - clock.now());
  }
}

type Attempt<Result> =
  | { readonly done: true; readonly result: Result }
  | { readonly done: false; readonly failure: unknown };

/** What fails changes nothing: the next step is at most ten seconds away. */
async function attempt<Result>(work: () => Promise<Result>, { log }: LoopPorts): Promise<Attempt<Result>> {
  try {
    return { done: true, result: await work() };
  } catch (failure) {
    log.warn('a scaling step failed', { error: errorWords(failure) });
    return { done: false, failure };
  }
}

/** From now on uploads are told. One that came just before is seen by a last look; one during the change, by the next tick. */
async function fallAsleep({ wakeRule, quiet, log }: LoopPorts): Promise<boolean> {
  await wakeRule.enable();
  if (await quiet()) {
    log.info('nothing to do: the next upload, or a tick that finds work, goes on', {});
    return true;
  }
  await wakeRule.disable();
  return false;
}
