import { type Area, isRegression, type Table, verdictOf } from './area.ts';
import { boundText } from './markdown.ts';
import { figure } from './numbers.ts';

/** Prints the tables and verdicts of a benchmark. */
export function printArea({ title, tables, goals }: Area): void {
  console.log(`\n${title}`);
  for (const table of tables) console.log(`\n${plainTable(table)}`);
  console.log('');
  for (const goal of goals) {
    const verdict = verdictOf(goal);
    const why = verdict === 'met' || goal.reason === undefined ? '' : ` (${goal.reason})`;
    console.log(
      `  ${verdict.padEnd(12)} ${figure(goal.value).padStart(7)}  ${boundText(goal).padEnd(7)} ${goal.what}${why}`,
    );
  }
}

/** Prints how many goals are met, and which figures are so far off that something must have gone wrong. */
export function printSummary(areas: readonly Area[]): void {
  const goals = areas.flatMap((area) => area.goals);
  const count = (verdict: string) => goals.filter((goal) => verdictOf(goal) === verdict).length;
  console.log(
    `\n${goals.length} goals: ${count('met')} met, ${count('missed')} missed, ${count('not measured')} not measured.`,
  );
  for (const goal of goals.filter(isRegression))
    console.log(`far off: ${goal.what}: ${figure(goal.value)}, ${boundText(goal)}`);
}

function plainTable({ head, rows }: Table): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [head, ...rows].map((row) => `  ${line(row)}`).join('\n');
}
