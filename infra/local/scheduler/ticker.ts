import type { Clock } from '../clock.ts';
import type { DurableQueue } from '../outbox/durable-queue.ts';
import { deliveryOf } from './firing.ts';
import type { SchedulerStore } from './store.ts';

/** What the ticker is composed of. */
export interface TickerOptions {
  readonly store: SchedulerStore;
  readonly deliveries: DurableQueue;
  readonly clock: Clock;
  readonly region: string;
}

/** Fires schedules when they are due. */
export interface Ticker {
  start(): void;
  stop(): void;
  /** Looks again at what fires next, after a schedule has changed. */
  rearm(): void;
}

/** Makes a ticker that stands still until it is started. */
export function ticker(options: TickerOptions): Ticker {
  const { store, clock, region, deliveries } = options;
  let running = false;
  let cancelTimer = () => {};

  function tick(): void {
    if (!running) return;
    store.takeDue(clock.now(), ({ schedule }, scheduledAt) => {
      const scheduleArn = store.arnOf(schedule);
      deliveries.add([deliveryOf({ schedule, scheduleArn, scheduledAt, region, random: Math.random() })]);
    });
    rearm();
  }

  function rearm(): void {
    cancelTimer();
    const nextAt = running ? store.nextAt() : undefined;
    // At least a millisecond: a timer that fires early must not turn into a busy loop.
    cancelTimer = nextAt === undefined ? () => {} : clock.after(Math.max(1, nextAt - clock.now()), tick);
  }

  return {
    start() {
      running = true;
      rearm();
    },
    stop() {
      running = false;
      cancelTimer();
    },
    rearm,
  };
}
