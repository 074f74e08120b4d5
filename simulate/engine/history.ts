import type { View } from './policy.ts';

/** Seconds that are remembered. */
const KEPT = 64;

/** The queue as it was: what lagging readings are made of. */
export interface History {
  add(visible: number, inFlight: number): void;
  readonly past: View['past'];
}

export function createHistory(): History {
  const visible = new Float64Array(KEPT);
  const inFlight = new Float64Array(KEPT);
  let count = 0;
  return {
    add(seen, hidden) {
      visible[count % KEPT] = seen;
      inFlight[count % KEPT] = hidden;
      count += 1;
    },
    past(secondsAgo) {
      const index = (count - 1 - Math.min(secondsAgo, KEPT - 1, count - 1)) % KEPT;
      return { visible: visible[index] ?? 0, inFlight: inFlight[index] ?? 0 };
    },
  };
}
