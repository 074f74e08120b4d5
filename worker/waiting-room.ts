import type { Clock } from '../core/clock.ts';

/** Messages for which no slot is free yet: first come, first served. */
export interface WaitingRoom<Held> {
  readonly size: number;
  add(held: Held): void;
  /** The one that has waited longest, taken out. */
  shift(): Held | undefined;
  /** All of them, taken out. */
  clear(): Held[];
}

/** The jobs before it turned out to be longer than those by which it was received: another task may have a free slot. */
const PATIENCE_MS = 1_000;

/** `onLate` gets, taken out, what has waited for longer than it should. */
export function createWaitingRoom<Held>(clock: Clock, onLate: (late: Held[]) => void): WaitingRoom<Held> {
  const places: { readonly held: Held; readonly since: number }[] = [];
  let watching = false;

  async function watch(): Promise<void> {
    watching = true;
    for (let first = places[0]; first !== undefined; first = places[0]) {
      const left = first.since + PATIENCE_MS - clock.now();
      if (left > 0) {
        await clock.sleep(left);
        continue;
      }
      const young = places.findIndex(({ since }) => since + PATIENCE_MS > clock.now());
      onLate(places.splice(0, young === -1 ? places.length : young).map(({ held }) => held));
    }
    watching = false;
  }

  return {
    get size() {
      return places.length;
    },
    add(held) {
      places.push({ held, since: clock.now() });
      if (!watching) void watch();
    },
    shift: () => places.shift()?.held,
    clear: () => places.splice(0).map(({ held }) => held),
  };
}
