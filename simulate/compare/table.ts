import { formatTable } from '../../cli/process/format.ts';
import type { Figures } from '../measure.ts';
import type { Verdict } from './goals.ts';

const HEAD = ['policy', 'p50 s', 'p95 s', 'max s', 'task-s', '$', 'by clairvoyant', 'peak', 'starts', 'by Lambda', ''];

/** One load: a line for each policy. A peer that is faster or cheaper than the shipped policy is marked. Pure. */
export function shapeTable(rows: readonly Figures[]): string {
  const base = rows.find(({ name }) => name === 'clairvoyant');
  const ours = rows.find(({ name }) => name === 'Slipway latency');
  return formatTable([HEAD, ...rows.map((row) => cells(row, base, ours))]);
}

function cells(row: Figures, base: Figures | undefined, ours: Figures | undefined): string[] {
  return [
    row.name,
    seconds(row.p50),
    seconds(row.p95),
    seconds(row.max),
    Math.round(row.taskSeconds).toLocaleString('en-US'),
    dollars(row.dollars),
    base === undefined ? '' : (row.dollars / base.dollars).toFixed(2),
    String(row.peakTasks),
    String(row.launches),
    row.responded === 0 ? '' : `${(100 * row.responded).toFixed(0)} %`,
    ours === undefined ? '' : mark(row, ours),
  ];
}

/** Differences below this share are none. */
const NOTICEABLE = 0.03;

/** What a peer does better than the shipped policy. */
function mark(row: Figures, ours: Figures): string {
  if (row.name.startsWith('Slipway') || row.name === 'clairvoyant' || row.name === 'reactive oracle') return '';
  const better = [
    row.p95 < ours.p95 * (1 - NOTICEABLE) ? 'faster' : '',
    row.dollars < ours.dollars * (1 - NOTICEABLE) ? 'cheaper' : '',
  ].filter(Boolean);
  return better.length === 0 ? '' : `◄ ${better.join(' and ')}`;
}

/** The goals, one a line. Pure. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const number = ({ unit }: Verdict, value: number) =>
    unit === 'seconds' ? `${value.toFixed(1)} s` : value.toFixed(value < 0.1 ? 4 : 2);
  const lines = verdicts.map((verdict) => [
    verdict.goal,
    number(verdict, verdict.value),
    `≤ ${number(verdict, verdict.limit)}`,
    verdict.met ? 'met' : `MISSED: ${verdict.reason}`,
  ]);
  return formatTable([['goal', 'measured', 'limit', ''], ...lines]);
}

/** `0.4`, `51.5`, `1,446`. */
export function seconds(value: number): string {
  return value < 1000 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}

/** Dollars with three digits that matter. */
export function dollars(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(2, Math.min(6, 2 - Math.floor(Math.log10(value))));
  return value.toFixed(digits);
}
