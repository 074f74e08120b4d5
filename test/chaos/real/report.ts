import { countViolations, type Violation, violationTable } from '../checker.ts';
import type { Figures, Spread } from './figures.ts';
import type { ChaosOptions } from './options.ts';
import { AMPLIFICATION_CEILING } from './verdict.ts';

/** A run as one object, for `--json`. */
export interface RunReport {
  readonly layer: 'processes';
  readonly seed: number;
  readonly mutant: string | null;
  readonly figures: Figures;
  readonly planned: { readonly kills: number; readonly lostEvents: number };
  readonly violations: Readonly<Record<string, number>>;
  readonly details: readonly Violation[];
  readonly seconds: number;
}

/** Joins what a run came to. */
export function runReport(
  { seed, mutant }: ChaosOptions,
  planned: RunReport['planned'],
  figures: Figures,
  violations: readonly Violation[],
  seconds: number,
): RunReport {
  return {
    layer: 'processes',
    seed,
    mutant: mutant ?? null,
    figures,
    planned,
    violations: countViolations(violations),
    details: violations,
    seconds,
  };
}

/** A run for people: figures, faults by kind, the table of violations. */
export function reportText({ seed, mutant, figures, planned, details, seconds }: RunReport): string {
  const faults = Object.entries(figures.faults).toSorted(([a], [b]) => a.localeCompare(b));
  const injected = faults.reduce((sum, [, count]) => sum + count, 0);
  return [
    `real processes · seed ${seed}${mutant === null ? '' : ` · mutant ${mutant}`}`,
    `uploads ${figures.uploads} · faults ${injected} of ${faults.length} kinds · kills ${figures.kills} of ${planned.kills} · stalls ${figures.stalls}`,
    `bad inputs ${figures.badInputs.refused} of ${figures.badInputs.tried} refused with a reason · found by sweeps ${figures.requeuedBySweeps}, lost events ${planned.lostEvents} · e-mails ${figures.mails}`,
    `work amplification ${figures.amplification.toFixed(2)} starts per upload (ceiling ${AMPLIFICATION_CEILING})`,
    `upload → result ${spreadText(figures.uploadToResultMs)}`,
    `recovery after SIGKILL ${spreadText(figures.recoveryMs)}`,
    ...faults.map(([name, count]) => `  ${String(count).padStart(4)}  ${name}`),
    violationTable(details),
    `${seconds.toFixed(1)} s`,
  ].join('\n');
}

function spreadText({ p50, p95, p99, max }: Spread): string {
  const seconds = [p50, p95, p99, max].map((value) => (value / 1000).toFixed(1));
  return `p50 ${seconds[0]} s · p95 ${seconds[1]} s · p99 ${seconds[2]} s · max ${seconds[3]} s`;
}
