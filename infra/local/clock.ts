/** The one source of time in the stand-in. Milliseconds; `now()` is a Unix epoch. A scale above 1 runs faster than the wall. */
export interface Clock {
  now(): number;
  /** Calls `action` once after `milliseconds` of this clock; the returned function cancels it. */
  after(milliseconds: number, action: () => void): () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** A clock that goes with the wall's, at its own speed. */
export interface SystemClock extends Clock {
  /** Its moment at a moment of the wall's clock, a Unix epoch in milliseconds. */
  momentOf(wallTime: number): number;
}

/** Wall time from the moment of the call on, multiplied by `scale`. */
export function systemClock(scale = 1): SystemClock {
  const startedAt = Date.now();
  const momentOf = (wallTime: number) => startedAt + Math.floor((wallTime - startedAt) * scale);
  return {
    now: () => momentOf(Date.now()),
    momentOf,
    after(milliseconds, action) {
      const timer = setTimeout(action, Math.min(MAX_TIMER_MS, Math.max(0, milliseconds / scale)));
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves after `milliseconds` of `clock`, or at once when `signal` aborts. Never rejects. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(milliseconds, done);
    function done() {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }
    function onAbort() {
      cancel();
      done();
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
