import type { TaskProtection } from '../aws/task-protection.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from './processor.ts';

/** Sees to it that ECS spares the task while it works, and that the task does not work where ECS refuses to. */
export interface Protector {
  /** Asked before every job; resolves to whether it may begin. Never rejects. */
  busy(): Promise<boolean>;
  /** Nothing is at work any more. */
  idle(): void;
  /** Whether ECS has refused: nothing should be taken on. */
  readonly closed: boolean;
  /** Resolves when it has granted after all, or the task stops. */
  opened(): Promise<void>;
}

export interface ProtectorOptions {
  readonly clock: Clock;
  /** 0 to 1. */
  random(): number;
  readonly logger: Logger;
  /** The longest that a job may take. */
  readonly jobMinutes: number;
  /** Aborts when the task stops. */
  readonly stop: AbortSignal;
}

/** A pause between two jobs is no reason for two calls to the agent. */
const IDLE_HOLD_MS = 3_000;
/** Tries in a row that may find no answer before work begins without one. */
const TRIES = 3;
/** For how long work then goes on unprotected until the agent is asked again: a drain loses no work either. */
const UNPROTECTED_MS = 60_000;
const LONGEST_WAIT_SECONDS = 30;

/**
 * Protection is asked for before the first job, for twice as long as a job may take, and again only before a job that might
 * outlive it; so a worker without a pause makes one call per job deadline. ECS refuses when it is about to stop the task,
 * or when a deployment waits for it: then the worker takes on nothing more and comes to its end, which is what ECS waits for.
 */
export function createProtector(protection: TaskProtection, options: ProtectorOptions): Protector {
  const { clock, logger, jobMinutes, stop } = options;
  const minutes = 2 * jobMinutes + 1;
  let safeUntil = 0;
  let asking: Promise<boolean> | undefined;
  let releasing: Promise<void> | undefined;
  /** Since when nothing is at work; Unix epoch, milliseconds. */
  let idleSince: number | undefined;
  let holding = false;
  let rest = new AbortController();
  let opening: Promise<void> | undefined;

  function busy(): Promise<boolean> {
    idleSince = undefined;
    if (releasing !== undefined) rest.abort();
    if (opening !== undefined) return Promise.resolve(false);
    if (safeUntil - clock.now() >= jobMinutes * 60_000) return Promise.resolve(true);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function ask(): Promise<boolean> {
    await releasing;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const answer = await protect();
      if (answer.kind === 'granted') return true;
      if (answer.kind === 'refused') {
        logger.warn({ reason: answer.reason }, 'task protection refused, taking on nothing new');
        opening = open();
        return false;
      }
      logger.warn({ reason: answer.reason, tries }, 'task protection unavailable');
      if (tries < TRIES) await clock.sleep(tries * 1_000, stop);
    }
    safeUntil = clock.now() + jobMinutes * 60_000 + UNPROTECTED_MS;
    return true;
  }

  async function protect() {
    const from = clock.now();
    const answer = await protection.protect(minutes);
    if (answer.kind === 'granted') safeUntil = from + minutes * 60_000;
    return answer;
  }

  async function open(): Promise<void> {
    for (let tries = 1; !stop.aborted; tries += 1) {
      const seconds = Math.min(LONGEST_WAIT_SECONDS, backoffSeconds(tries, options.random));
      await clock.sleep(seconds * 1000, stop);
      if (stop.aborted || (await protect()).kind !== 'granted') continue;
      logger.info({ tries }, 'task protection granted after all');
      break;
    }
    opening = undefined;
    idle();
  }

  function idle(): void {
    idleSince = clock.now();
    if (!holding) void hold();
  }

  /** One timer, never called off: between short jobs it is much cheaper to let it find that there is work again. */
  async function hold(): Promise<void> {
    holding = true;
    for (let since = idleSince; since !== undefined; since = idleSince) {
      const left = since + IDLE_HOLD_MS - clock.now();
      if (left > 0) {
        await clock.sleep(left);
        continue;
      }
      idleSince = undefined;
      letGo();
    }
    holding = false;
  }

  function letGo(): void {
    if (safeUntil === 0) return;
    rest = new AbortController();
    const until = safeUntil;
    safeUntil = 0;
    releasing = release(until, rest.signal).finally(() => {
      releasing = undefined;
    });
  }

  /** Until it would end by itself: protection that is left keeps an idle service from scaling in, and holds up a deployment. */
  async function release(until: number, signal: AbortSignal): Promise<void> {
    for (let tries = 1; !signal.aborted && clock.now() < until; tries += 1) {
      const answer = await protection.release();
      if (answer.kind === 'granted') return;
      logger.warn({ reason: answer.reason, tries }, 'task protection not released');
      const seconds = Math.min(LONGEST_WAIT_SECONDS, backoffSeconds(tries, options.random));
      await clock.sleep(seconds * 1000, AbortSignal.any([signal, stop]));
      if (stop.aborted) return;
    }
  }

  return {
    busy,
    idle,
    get closed() {
      return opening !== undefined;
    },
    opened: () => opening ?? Promise.resolve(),
  };
}
