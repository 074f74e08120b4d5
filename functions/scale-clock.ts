import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';

/** A clock that runs `scale` times as fast as the wall; the same for every container, whenever it was started. */
export function scaledClock(scale: number): Clock {
  return {
    now: () => Date.now() * scale,
    async sleep(milliseconds, signal) {
      const options = signal === undefined ? {} : { signal };
      await sleep(Math.max(0, milliseconds) / scale, undefined, options).catch(() => undefined);
    },
  };
}
