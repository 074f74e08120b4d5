import type { Clock } from '../../core/clock.ts';

/** A clock of the worker's kind that only a test moves. */
export interface VirtualClock extends Clock {
  /** Moves on by `milliseconds`, from timer to timer, letting everything run in between. */
  advance(milliseconds: number): Promise<void>;
}

/** Lets all promises run that can. */
export async function settlePromises(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function virtualClock(startsAt = Date.parse('2026-03-01T12:00:00Z')): VirtualClock {
  let now = startsAt;
  const timers = new Set<{ at: number; wake: () => void }>();
  return {
    now: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = { at: now + Math.max(0, milliseconds), wake };
        function wake() {
          timers.delete(timer);
          signal?.removeEventListener('abort', wake);
          resolve();
        }
        signal?.addEventListener('abort', wake, { once: true });
        timers.add(timer);
      });
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settlePromises();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        now = next.at;
        next.wake();
        await settlePromises();
      }
      now = end;
    },
  };
}
