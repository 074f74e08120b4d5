import { type Area, type Goal, type Table, verdictOf } from './area.ts';
import { figure } from './numbers.ts';

/** Where and how the figures came about. */
export interface Circumstances {
  /** `2 × Xeon …, 24 GB, Linux 6.1, Node 24.1`. */
  readonly machine: string;
  /** ISO 8601, the day alone. */
  readonly date: string;
  readonly command: string;
  readonly versions: string;
}

/** The page docs/benchmarks.md. */
export function benchmarksPage(areas: readonly Area[], { machine, date, command, versions }: Circumstances): string {
  const goals = areas.flatMap((area) => area.goals);
  const met = goals.filter((goal) => verdictOf(goal) === 'met').length;
  return `<!-- Written by \`npm run bench\`; changes belong into bench/. -->
# Benchmarks

Each peer was measured in the same run as Slipway, in turn, several times; the figures are medians, and the ratios are medians of the ratios of
each round. Only the ratios carry over to other machines. Repeat it with \`${command}\`; \`npm run bench -- --quick\` takes under five minutes.

Measured on ${date}: ${machine}. ${versions}.

## Goals

${met} of ${goals.length} are met.

${goalTable(goals)}

${areas.map(section).join('\n\n')}
`;
}

function section({ title, text, tables, charts }: Area): string {
  const pictures = charts.map((chart) => `![${chart.title}](images/bench-${chart.name}.svg)`);
  return [`## ${title}`, text, ...tables.map(markdownTable), ...pictures].join('\n\n');
}

function goalTable(goals: readonly Goal[]): string {
  return markdownTable({
    head: ['goal', 'wanted', 'measured', 'verdict'],
    rows: goals.map((goal) => [
      goal.what,
      boundText(goal),
      figure(goal.value),
      [`**${verdictOf(goal)}**`, verdictOf(goal) === 'met' ? undefined : goal.reason].filter(Boolean).join(': '),
    ]),
  });
}

/** `≥ 2.5` or `≤ 0.25`. */
export function boundText({ bound }: Goal): string {
  return 'atLeast' in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`;
}

export function markdownTable({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
