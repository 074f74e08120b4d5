import { type Category, countViolations } from '../checker.ts';
import type { FaultKind } from './faults.ts';
import type { RunResult } from './simulate.ts';

/** What a number of runs came to. Times are virtual. */
export interface Figures {
  readonly seeds: number;
  readonly uploads: number;
  readonly badInputs: number;
  readonly badMessages: number;
  /** Of both. */
  readonly refused: number;
  readonly faults: number;
  readonly faultsByKind: Readonly<Partial<Record<FaultKind, number>>>;
  readonly kills: number;
  readonly violations: Readonly<Record<Category, number>>;
  readonly failingSeeds: readonly number[];
  /** Starts of a processor per upload. */
  readonly amplification: number;
  /** The same, of uploads that are good at the first try. */
  readonly goodAmplification: number;
  readonly deliveriesPerUpload: number;
  /** Deliveries put back though their job had its outcome, per upload. */
  readonly returnsPerUpload: number;
  /** Requests of workers to S3 per upload. */
  readonly reads: number;
  readonly writes: number;
  readonly mails: number;
  /** From upload to outcome of good uploads, seconds. */
  readonly latencySeconds: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** From the death of a worker to the outcome of a good upload that it held, seconds. */
  readonly recoverySeconds: { readonly p50: number; readonly max: number };
}

/** More work per upload than this, under all faults, is a fault by itself; without faults, any at all is. */
export const CEILINGS = { amplification: 1.6, quietAmplification: 1.01, quietReturnsPerUpload: 0.002 } as const;

export function figuresOf(results: readonly RunResult[]): Figures {
  const sum = (of: (result: RunResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const uploads = sum((result) => result.uploads);
  const faultsByKind: Partial<Record<FaultKind, number>> = {};
  for (const { faults } of results) {
    for (const [kind, count] of Object.entries(faults) as [FaultKind, number][]) {
      faultsByKind[kind] = (faultsByKind[kind] ?? 0) + count;
    }
  }
  const latencies = results.flatMap((result) => result.latencies).sort((a, b) => a - b);
  const recoveries = results.flatMap((result) => result.recoveries).sort((a, b) => a - b);
  return {
    seeds: results.length,
    uploads,
    badInputs: sum(({ bad }) => bad),
    badMessages: sum(({ messages }) => messages),
    refused: sum(({ refused }) => refused),
    faults: Object.values(faultsByKind).reduce((total, count) => total + count, 0),
    faultsByKind,
    kills: sum(({ kills }) => kills),
    violations: countViolations(results.flatMap(({ violations }) => violations)),
    failingSeeds: results.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed),
    amplification: sum(({ starts }) => starts) / uploads,
    goodAmplification:
      sum(({ goodStarts }) => goodStarts) /
      Math.max(
        1,
        sum(({ good }) => good),
      ),
    deliveriesPerUpload: sum(({ deliveries }) => deliveries) / uploads,
    returnsPerUpload: sum(({ returns }) => returns) / uploads,
    reads: sum(({ requests }) => (requests['worker GetObject'] ?? 0) + (requests['worker HeadObject'] ?? 0)) / uploads,
    writes: sum(({ requests }) => requests['worker PutObject'] ?? 0) / uploads,
    mails: sum(({ mails }) => mails),
    latencySeconds: { p50: at(latencies, 0.5), p95: at(latencies, 0.95), p99: at(latencies, 0.99) },
    recoverySeconds: { p50: at(recoveries, 0.5), max: at(recoveries, 1) },
  };
}

/** What is wasted beyond the ceilings, one line each. `quiet`: of runs with few faults. */
export function waste(stormy: Figures, quiet: Figures): string[] {
  const over = (what: string, value: number, ceiling: number) =>
    value > ceiling ? [`${what}: ${value.toFixed(4)}, at most ${ceiling} is allowed`] : [];
  return [
    ...over('starts per upload under faults', stormy.amplification, CEILINGS.amplification),
    ...over('starts per good upload without faults', quiet.goodAmplification, CEILINGS.quietAmplification),
    ...over('needless returns per upload without faults', quiet.returnsPerUpload, CEILINGS.quietReturnsPerUpload),
  ];
}

/** Seconds at a share of sorted milliseconds; 0 of none. */
function at(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return Math.round((sorted[index] ?? 0) / 100) / 10;
}
