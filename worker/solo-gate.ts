import type { Gate } from './gate.ts';
import { createPulse } from './pulse.ts';

/** Lets work run beside other work, or alone. */
export interface SoloGate extends Gate {
  /** Whether a job waits to be, or is, alone: nothing new should be taken on. */
  readonly closed: boolean;
  /**
   * Resolves, with the function to leave by, when the work may run: `alone` waits until everybody has left and keeps
   * everybody out. Rejects with the signal's reason when it aborts before.
   */
  enter(alone: boolean, signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  readonly alone: boolean;
  admit(): void;
}

/** First come, first served: a waiting loner holds back those behind it, so that it cannot starve. */
export function createSoloGate(): SoloGate {
  const waiting: Waiter[] = [];
  let inside = 0;
  let loner = false;
  const opening = createPulse();

  function isClosed(): boolean {
    return loner || waiting.some(({ alone }) => alone);
  }

  function admitWaiting(): void {
    for (;;) {
      const next = waiting[0];
      if (next === undefined || loner || (next.alone && inside > 0)) break;
      waiting.shift();
      inside += 1;
      loner = next.alone;
      next.admit();
    }
    if (!isClosed()) opening.beat();
  }

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      loner = false;
      admitWaiting();
    };
  }

  return {
    get closed() {
      return isClosed();
    },
    opened: () => (isClosed() ? opening.next() : Promise.resolve()),
    enter(alone, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const waiter: Waiter = { alone, admit };
        function admit() {
          signal.removeEventListener('abort', giveUp);
          resolve(leaveOnce());
        }
        function giveUp() {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(signal.reason);
          admitWaiting();
        }
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(waiter);
        admitWaiting();
      });
    },
  };
}
