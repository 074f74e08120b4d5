import type { Clock } from '../clock.ts';
import type { MetricDatum } from '../ports.ts';
import { type Cadence, FAST_EVALUATION_MS, PUBLISHED_AFTER_MS } from './cadence.ts';
import type { MetricStore } from './metric-store.ts';

/** Gives the present values of a service's metrics. */
export type MetricSource = () => readonly MetricDatum[];

/** Which alarms are due: those on periods shorter than a minute are looked at more often. */
export type DueAlarms = 'fast' | 'all';

export interface SamplingOptions {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  readonly cadence: Cadence;
  /** Called when alarms are due. */
  readonly onDue: (alarms: DueAlarms) => void;
  readonly onError: (message: string) => void;
}

export interface Sampling {
  registerSource(source: MetricSource): void;
  /** Samples every source now, and tells `onDue`. */
  sample(): void;
  start(): void;
  stop(): void;
}

/** Resolution of metrics that are not high-resolution ones, milliseconds. */
export const STANDARD_RESOLUTION_MS = 60_000;

/** Data points older than this are forgotten: enough for a day's charts, small enough to stay out of the way. */
const RETENTION_MS = 3 * 24 * 3_600_000;

const PRUNE_EVERY_MS = 3_600_000;

/**
 * Samples metrics. A minute has one sample, the newest, as on AWS, where a service reports once a minute: average, sum and
 * maximum of a minute are the same number.
 */
export function sampling(options: SamplingOptions): Sampling {
  const { clock, metrics, cadence, onDue } = options;
  const sources: MetricSource[] = [];
  let cancel: (() => void) | undefined;
  let stopped = false;
  let prunedAt = 0;

  function read(source: MetricSource): readonly MetricDatum[] {
    try {
      return source();
    } catch (error) {
      options.onError(`A metric source failed: ${String(error)}`);
      return [];
    }
  }

  function store(minute: number, data: readonly MetricDatum[]): void {
    metrics.together(() => {
      for (const { value, unit = 'None', ...metric } of data) {
        metrics.replace(metric, { at: minute, sum: value, count: 1, minimum: value, maximum: value, unit });
      }
    });
    const now = clock.now();
    if (now - prunedAt < PRUNE_EVERY_MS) return;
    metrics.prune(now - RETENTION_MS);
    prunedAt = now;
  }

  function sampleAtOnce(): void {
    store(minuteOf(clock.now()), sources.flatMap(read));
    onDue('all');
  }

  const byMinute = minuteByMinute(() => sources.flatMap(read), store, onDue);
  const turn = cadence.kind === 'at once' ? sampleAtOnce : () => byMinute(clock.now());

  function untilNext(): number {
    if (cadence.kind === 'at once') return cadence.intervalSeconds * 1000;
    return FAST_EVALUATION_MS - (clock.now() % FAST_EVALUATION_MS);
  }

  function tick(): void {
    if (stopped) return;
    try {
      turn();
    } catch (error) {
      options.onError(`Sampling metrics failed: ${String(error)}`);
    }
    cancel = clock.after(untilNext(), tick);
  }

  return {
    registerSource: (source) => void sources.push(source),
    sample: sampleAtOnce,
    start() {
      if (cancel === undefined && !stopped) tick();
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

/**
 * AWS's pace, called every ten seconds: the sources are read at the end of a minute, their readings are published a while
 * later, and alarms on whole minutes are looked at once a minute.
 */
function minuteByMinute(
  read: () => readonly MetricDatum[],
  publish: (minute: number, data: readonly MetricDatum[]) => void,
  onDue: (alarms: DueAlarms) => void,
): (now: number) => void {
  let running = Number.NaN;
  let unpublished: { readonly minute: number; readonly data: readonly MetricDatum[] } | undefined;
  return function passTurn(now) {
    const minute = minuteOf(now);
    const begins = minute !== running;
    if (unpublished && now >= unpublished.minute + STANDARD_RESOLUTION_MS + PUBLISHED_AFTER_MS) {
      publish(unpublished.minute, unpublished.data);
      unpublished = undefined;
    }
    if (begins) {
      // The first look only begins the counts.
      const data = read();
      unpublished = Number.isNaN(running) ? undefined : { minute: minute - STANDARD_RESOLUTION_MS, data };
      running = minute;
    }
    onDue(begins ? 'all' : 'fast');
  };
}

function minuteOf(at: number): number {
  return Math.floor(at / STANDARD_RESOLUTION_MS) * STANDARD_RESOLUTION_MS;
}
