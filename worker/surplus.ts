import type { SurplusStore } from '../aws/surplus-store.ts';
import type { Clock } from '../core/clock.ts';
import { SURPLUS_STALE_MS, type SurplusRecord } from '../core/surplus-record.ts';
import type { Gate } from './gate.ts';
import type { Logger } from './processor.ts';
import { createPulse } from './pulse.ts';

export interface SurplusOptions {
  /** The id of this task. */
  readonly task: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts when the task stops. */
  readonly stop: AbortSignal;
  /** Whether a job runs: ECS needs nobody's help to take an idle task. */
  isAtWork(): boolean;
}

/** How often a task at work looks whether it is too many, ms: less than half a percent of what it costs. */
const LOOK_MS = 15_000;

/**
 * Closed while the scaler says that this task is too many: it takes on nothing more, comes to rest, and ECS, which spares
 * what is at work, takes it. Open again when the scaler needs it after all, or says no more.
 */
export function watchSurplus(store: Pick<SurplusStore, 'read'>, options: SurplusOptions): Gate {
  const { task, clock, logger, stop, isAtWork } = options;
  const opening = createPulse();
  let known: SurplusRecord | undefined;
  /** When the record last changed, by the clock of this task. */
  let changedAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  async function look(): Promise<void> {
    try {
      const record = await store.read();
      if (record !== undefined && record.at !== known?.at) changedAt = clock.now();
      known = record;
    } catch (error) {
      // What was known holds for a while: nothing is lost by it either way.
      logger.warn({ error }, 'not told whether this task is too many');
    }
  }

  async function watch(): Promise<void> {
    while (!stop.aborted) {
      await clock.sleep(LOOK_MS, stop);
      if (stop.aborted || !(closed || isAtWork())) continue;
      await look();
      const isSurplus = known?.tasks.includes(task) === true && clock.now() - changedAt < SURPLUS_STALE_MS;
      if (isSurplus === closed) continue;
      closed = isSurplus;
      logger.info({}, closed ? 'one task too many: taking on nothing new' : 'needed again: taking on work');
      if (!closed) opening.beat();
    }
  }

  void watch();
  return {
    get closed() {
      return closed;
    },
    opened: () => (closed ? opening.next() : Promise.resolve()),
  };
}
