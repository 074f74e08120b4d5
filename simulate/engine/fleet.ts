import type { Random } from '../random.ts';
import { AWS } from '../setting.ts';
import { createSurplusTold } from './surplus.ts';

const STARTING = 0;
const RUNNING = 1;
const DRAINING = 2;
const ENDED = 3;
const RESTING = 4;

/** The worker gives its protection up after this long without a job (worker/protect.ts). */
const PROTECTED_SECONDS = 3;
/** Which tasks a scale-in spares: those at work, or none; what is at work is finished in any case. */
export type Protection = 'busy' | 'none';

/** The tasks of the service: they start, work, are told to go, and are paid for. */
export interface Fleet {
  /** Tasks that receive messages. */
  readonly running: () => number;
  /** Tasks that start or run, without those that were told to go. */
  readonly live: () => number;
  readonly freeSlots: () => number;
  /** Most tasks at a time. */
  readonly peak: () => number;
  readonly launches: () => number;
  /** The slot that has waited longest; -1 when none is free. */
  take(at: number): number;
  /** The job of the slot is over. */
  release(slot: number, at: number): void;
  /** The task that `started()` named receives from now on. */
  begin(task: number, at: number): void;
  /** Tells so many tasks that they are too many: they take no more messages, and can be taken away once they are idle. */
  tellSurplus(count: number, at: number): void;
  /** Brings the tasks to the desired count. Calls `started` with each new task and when it will run. */
  reconcile(desired: number, at: number, started: (task: number, readyAt: number) => void): void;
  /** Task-seconds that are charged, if all ended at `at`. */
  billedSeconds(at: number): number;
}

export function createFleet(options: {
  readonly slots: number;
  readonly protects: Protection;
  readonly random: Random;
}): Fleet {
  const { slots, protects, random } = options;
  const state: number[] = [];
  const free: number[] = [];
  const idleSince: number[] = [];
  const billedFrom: number[] = [];
  /** Tasks that have not ended, the oldest first. */
  let present: number[] = [];
  /** Slots that became free, the longest ago first; some belong to tasks that are gone. Slot 0 of task 2 is 2 * slots. */
  const waiting: number[] = [];
  /** When the job of each slot began; NaN when it is free. */
  const began: number[] = [];
  const surplus = createSurplusTold(random);
  let waitingHead = 0;
  let running = 0;
  let live = 0;
  let freeSlots = 0;
  let peak = 0;
  let billed = 0;
  let tokens: number = AWS.launchBurst;
  let refilledAt = 0;

  function launch(at: number, started: (task: number, readyAt: number) => void, warm: boolean): void {
    const delay = warm ? 0 : AWS.startSeconds * Math.exp(AWS.startSpread * random.normal());
    const task = state.length;
    state.push(STARTING);
    free.push(slots);
    idleSince.push(at + delay);
    for (let slot = 0; slot < slots; slot++) began.push(Number.NaN);
    billedFrom.push(at + AWS.freeStartShare * delay);
    present.push(task);
    live += 1;
    peak = Math.max(peak, present.length);
    started(task, at + delay);
  }

  function end(task: number, at: number): void {
    state[task] = ENDED;
    billed += Math.max(AWS.leastBilledSeconds, at - (billedFrom[task] ?? at));
    present = present.filter((other) => other !== task);
  }

  /** Takes no more messages, and ends when it is done with those it has. */
  function dismiss(task: number, at: number): void {
    if (state[task] === RUNNING) freeSlots -= free[task] ?? 0;
    if (state[task] === RUNNING || state[task] === RESTING) running -= 1;
    surplus.forget(task);
    live -= 1;
    state[task] = DRAINING;
    if (free[task] === slots) end(task, at);
  }

  function mayGo(task: number, at: number): boolean {
    if (protects === 'none') return true;
    return free[task] === slots && at - (idleSince[task] ?? at) >= PROTECTED_SECONDS;
  }

  const isRunning = (task: number) => state[task] === RUNNING || state[task] === RESTING;
  const isFree = (slot: number) => Number.isNaN(began[slot]);

  function noticeSurplus(at: number): void {
    const { resting, needed } = surplus.noticed(at);
    for (const task of resting) {
      if (state[task] !== RUNNING) continue;
      state[task] = RESTING;
      freeSlots -= free[task] ?? 0;
    }
    for (const task of needed) {
      if (state[task] !== RESTING) continue;
      state[task] = RUNNING;
      freeSlots += free[task] ?? 0;
      for (let slot = task * slots; slot < (task + 1) * slots; slot++) if (isFree(slot)) waiting.push(slot);
    }
  }

  /** Those that still start go first, then the youngest. */
  function shrink(count: number, at: number): void {
    const youngest = present.toReversed();
    const starting = youngest.filter((task) => state[task] === STARTING);
    const going = youngest.filter((task) => isRunning(task) && mayGo(task, at));
    for (const task of [...starting, ...going].slice(0, count)) dismiss(task, at);
  }

  return {
    running: () => running,
    live: () => live,
    freeSlots: () => freeSlots,
    peak: () => peak,
    launches: () => state.length,
    take(at) {
      while (waitingHead < waiting.length) {
        const slot = waiting[waitingHead++] ?? 0;
        const task = Math.floor(slot / slots);
        if (waitingHead > 4096 && 2 * waitingHead > waiting.length) {
          waiting.splice(0, waitingHead);
          waitingHead = 0;
        }
        // A task that was too many for a while has its free slots here twice.
        if (state[task] !== RUNNING || !isFree(slot)) continue;
        free[task] = (free[task] ?? 0) - 1;
        began[slot] = at;
        freeSlots -= 1;
        return slot;
      }
      return -1;
    },
    release(slot, at) {
      const task = Math.floor(slot / slots);
      began[slot] = Number.NaN;
      const now = (free[task] ?? 0) + 1;
      free[task] = now;
      if (now === slots) idleSince[task] = at;
      if (state[task] === RUNNING) {
        freeSlots += 1;
        waiting.push(slot);
      } else if (state[task] === DRAINING && now === slots) end(task, at);
    },
    begin(task, at) {
      if (state[task] !== STARTING) return;
      state[task] = RUNNING;
      idleSince[task] = at;
      running += 1;
      freeSlots += slots;
      for (let slot = 0; slot < slots; slot++) waiting.push(task * slots + slot);
    },
    tellSurplus(count, at) {
      surplus.tell(present.filter(isRunning).toReversed(), count, at);
    },
    reconcile(desired, at, started) {
      noticeSurplus(at);
      tokens = Math.min(AWS.launchBurst, tokens + (at - refilledAt) * AWS.launchesPerSecond);
      refilledAt = at;
      for (; live < desired && tokens >= 1; tokens -= 1) launch(at, started, at === 0);
      if (live > desired) shrink(live - desired, at);
    },
    billedSeconds(at) {
      return present.reduce((sum, task) => sum + Math.max(0, at - (billedFrom[task] ?? at)), billed);
    },
  };
}
