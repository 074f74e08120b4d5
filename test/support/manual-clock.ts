import type { Clock } from '../../infra/local/clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves on by `milliseconds`, running the timers on the way in their order. */
  advance(milliseconds: number): void;
}

export function manualClock(startsAt = Date.parse('2026-03-01T12:00:00Z')): ManualClock {
  let now = startsAt;
  const timers = new Set<{ at: number; action: () => void }>();
  return {
    now: () => now,
    after(milliseconds, action) {
      const timer = { at: now + Math.max(0, milliseconds), action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.action();
      }
      now = end;
    },
  };
}
