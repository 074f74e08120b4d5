import { countViolations, type Violation, violationTable } from '../checker.ts';
import type { Figures, Share, Spread } from './figures.ts';
import type { ChaosOptions } from './options.ts';
import { AMPLIFICATION_CEILING } from './verdict.ts';

/** A run as one object, for `--json`. */
export interface RunReport {
  readonly layer: 'processes';
  readonly passed: boolean;
  readonly seed: number;
  readonly mutant: string | null;
  readonly figures: Figures;
  readonly amplificationCeiling: number;
  readonly violations: Readonly<Record<string, number>>;
  readonly details: readonly Violation[];
  readonly seconds: number;
}

/** Joins what a run came to. */
export function runReport(
  { seed, mutant }: ChaosOptions,
  figures: Figures,
  violations: readonly Violation[],
  seconds: number,
): RunReport {
  return {
    layer: 'processes',
    passed: violations.length === 0,
    seed,
    mutant: mutant?.name ?? null,
    figures,
    amplificationCeiling: AMPLIFICATION_CEILING,
    violations: countViolations(violations),
    details: violations,
    seconds,
  };
}

/** A run for people: figures, faults by kind, the table of violations. */
export function reportText({ passed, seed, mutant, figures, details, seconds }: RunReport): string {
  const { crashPoints, badInputs, sweeps, faults } = figures;
  const injected = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const rows: [string, string][] = [
    [
      'uploads',
      `${figures.uploads}, ${figures.versionsOverwritten} of them overwriting, ${figures.versionsDeleted} deleted at once`,
    ],
    [
      'kills',
      `${shareText(figures.kills)} · at ${crashPoints.done} of ${crashPoints.of} named points (${crashPoints.known} known)`,
    ],
    [
      'stalls, stops',
      `${shareText(figures.stalls)} stalls past the lease · ${figures.sigterms} SIGTERMs${figures.restarts > 0 ? ' · the stand-in killed and started again' : ''}`,
    ],
    ['faults', `${injected} of ${Object.keys(faults).length} kinds`],
    ['bad inputs', `${shareText(badInputs)} refused with a reason: ${listText(badInputs.byReason)}`],
    ['good ones in the DLQ', `${figures.goodInputsInDeadLetterQueue}`],
    [
      'work',
      `${figures.amplification.toFixed(2)} starts per upload (ceiling ${AMPLIFICATION_CEILING}) · ${figures.lateCommits} ended behind another`,
    ],
    [
      'sweeps',
      `${sweeps.requeued.service + sweeps.requeued.task} jobs put back (${sweeps.lostEvents} events had been made away with) · ${sweeps.followedUp} pointers or letters made up`,
    ],
    ['speed', `${figures.jobsPerSecond.toFixed(1)} jobs/s`],
    ['upload → result', spreadText(figures.uploadToResultMs)],
    ['SIGKILL → result', `${spreadText(figures.recoveryMs)}`],
    ['e-mails', `${figures.mails}`],
  ];
  return [
    `real processes · seed ${seed}${mutant === null ? '' : ` · mutant ${mutant}`} · ${seconds.toFixed(1)} s`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(22)}${text}`),
    '',
    ...faultRows(faults),
    '',
    violationTable(details),
    verdictText(passed, mutant, details),
  ].join('\n');
}

function verdictText(passed: boolean, mutant: string | null, details: readonly Violation[]): string {
  if (mutant === null) return passed ? 'The promise held.' : 'The promise did not hold.';
  const rules = [...new Set(details.map(({ rule }) => rule))].join(', ');
  return passed ? `The mutant ${mutant} was not noticed.` : `The mutant ${mutant} was caught: ${rules}.`;
}

/** Two columns. */
function faultRows(faults: Readonly<Record<string, number>>): string[] {
  const cells = Object.entries(faults)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${String(count).padStart(4)}  ${name}`);
  const half = Math.ceil(cells.length / 2);
  return cells.slice(0, half).map((cell, row) => `${cell.padEnd(44)}${cells[half + row] ?? ''}`.trimEnd());
}

function shareText({ done, of }: Share): string {
  return `${done} of ${of}`;
}

function listText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function spreadText({ count, p50, p95, p99, max }: Spread): string {
  if (count === 0) return 'none';
  const [a, b, c, d] = [p50, p95, p99, max].map((value) => (value / 1000).toFixed(1));
  return `p50 ${a} s · p95 ${b} s · p99 ${c} s · max ${d} s (${count} jobs)`;
}
