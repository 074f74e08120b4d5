import type { Clock } from '../../../core/clock.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One life of a process. What it waits for comes back only while it lives: after its end no promise of it is ever
 * settled, so its code stops between two awaits, as if killed there.
 */
export interface Life {
  readonly alive: boolean;
  /** Its timers. */
  readonly clock: Clock;
  /** Hands it something from outside: at once, at the end of its stall, or never. */
  resume(action: () => void): void;
  /** Nothing happens in it for a while: a blocked event loop, a machine that is paused. */
  stall(milliseconds: number): void;
  end(): void;
}

export function createLife(scheduler: Scheduler): Life {
  let alive = true;
  let stalledUntil = 0;

  function resume(action: () => void): void {
    if (!alive) return;
    if (scheduler.now() < stalledUntil) scheduler.at(stalledUntil, () => resume(action));
    else action();
  }

  return {
    get alive() {
      return alive;
    },
    clock: {
      now: scheduler.now,
      sleep: (milliseconds, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          let over = false;
          function wake(): void {
            if (over) return;
            over = true;
            signal?.removeEventListener('abort', wake);
            resolve();
          }
          signal?.addEventListener('abort', wake, { once: true });
          scheduler.after(milliseconds, () => over || resume(wake));
        }),
    },
    resume,
    stall(milliseconds) {
      stalledUntil = Math.max(stalledUntil, scheduler.now() + milliseconds);
    },
    end() {
      alive = false;
    },
  };
}
