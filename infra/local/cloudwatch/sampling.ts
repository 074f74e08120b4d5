import type { Clock } from '../clock.ts';
import type { MetricDatum } from '../ports.ts';
import type { MetricStore } from './metric-store.ts';

/** Gives the present values of a service's metrics. */
export type MetricSource = () => readonly MetricDatum[];

export interface SamplingOptions {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  /** Seconds between two samplings. AWS/SQS metrics arrive once a minute on AWS. */
  readonly intervalSeconds: number;
  /** Called after every sampling. */
  readonly onSampled: () => void;
  readonly onError: (message: string) => void;
}

export interface Sampling {
  registerSource(source: MetricSource): void;
  /** Samples every source now, and tells `onSampled`. */
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
 * Samples metrics on an interval. A minute has one sample, the newest, as on AWS, where a service reports once a minute:
 * average, sum and maximum of a minute are the same number.
 */
export function sampling(options: SamplingOptions): Sampling {
  const { clock, metrics } = options;
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

  function sample(): void {
    const now = clock.now();
    const minute = Math.floor(now / STANDARD_RESOLUTION_MS) * STANDARD_RESOLUTION_MS;
    const data = sources.flatMap(read);
    metrics.together(() => {
      for (const { value, unit = 'None', ...metric } of data) {
        metrics.replace(metric, { at: minute, sum: value, count: 1, minimum: value, maximum: value, unit });
      }
    });
    if (now - prunedAt >= PRUNE_EVERY_MS) {
      metrics.prune(now - RETENTION_MS);
      prunedAt = now;
    }
    options.onSampled();
  }

  function tick(): void {
    if (stopped) return;
    try {
      sample();
    } catch (error) {
      options.onError(`Sampling metrics failed: ${String(error)}`);
    }
    cancel = clock.after(options.intervalSeconds * 1000, tick);
  }

  return {
    registerSource: (source) => void sources.push(source),
    sample,
    start() {
      if (cancel === undefined && !stopped) tick();
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
