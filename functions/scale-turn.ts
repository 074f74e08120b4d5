import type { ScalerRecord } from '../core/scaler-record.ts';
import type { ScaleEvent } from './scale-event.ts';

/** While there is work, the scaler looks at least this often, ms. */
export const STEP_MS = 10_000;
/** The schedule comes this often, ms. */
const TICK_MS = 60_000;
/** A loop looks for the last time this long after its tick: the next tick is then about to come, ms. */
const LOOP_MS = 50_000;
/** What a step may take beyond that: calls that are tried again, ms. */
const SLACK_MS = 5_000;
/** A tick that comes a little early waits for the loop of the one before; a longer wait means that it came twice, ms. */
const LONGEST_WAIT_MS = 20_000;

/** What an invocation is to do about the turn. */
export type Turn =
  | { readonly kind: 'take' }
  /** Look, and go back to sleep unless there is something to do. */
  | { readonly kind: 'look' }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'leave' };

/** Whether it is this invocation's turn, as far as the record says. */
export function turnOf({ kind }: ScaleEvent, record: ScalerRecord, now: number): Turn {
  const left = record.until - now;
  // A clock that was set back must not stop the scaler for long.
  const taken = !record.asleep && left > 0 && left <= TICK_MS + SLACK_MS;
  if (taken && kind === 'tick' && left <= LONGEST_WAIT_MS) return { kind: 'wait', milliseconds: left };
  if (taken) return { kind: 'leave' };
  return record.asleep && kind === 'tick' ? { kind: 'look' } : { kind: 'take' };
}

/** Until when a loop that begins now looks: up to the next tick, which goes on with it. Unix epoch, ms. */
export function lastStepAt({ kind }: ScaleEvent, { tickAt }: ScalerRecord, now: number): number {
  if (kind === 'tick' || now - tickAt > 2 * TICK_MS || now < tickAt) return now + LOOP_MS;
  const nextTickAt = tickAt + Math.ceil((now - tickAt) / TICK_MS) * TICK_MS;
  return Math.max(now, nextTickAt - STEP_MS);
}

/** The record of a turn that is taken. */
export function takenTurn(event: ScaleEvent, record: ScalerRecord, owner: string, now: number): ScalerRecord {
  return {
    ...record,
    owner,
    until: lastStepAt(event, record, now) + SLACK_MS,
    tickAt: event.kind === 'tick' ? now : record.tickAt,
    asleep: false,
  };
}
