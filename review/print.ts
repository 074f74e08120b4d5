import type { Comparison, ProfileFindings } from './compare.ts';
import { TOOLS, type Tool } from './finding.ts';

/** The table of profiles and tools: findings, and how many of them are new. */
export function table(found: readonly ProfileFindings[], { fresh }: Comparison, skipped: readonly Tool[]): string {
  const rows = found.map(({ profile, findings }) => [
    profile,
    ...TOOLS.map((tool) => {
      if (skipped.includes(tool)) return 'skipped';
      const count = findings.filter((finding) => finding.tool === tool).length;
      const unknown = fresh.filter((finding) => finding.tool === tool && finding.profile === profile).length;
      return unknown > 0 ? `${count}, ${unknown} new` : `${count}`;
    }),
  ]);
  return columns([['profile', ...TOOLS], ...rows]);
}

/** What makes the review fail, one line each. */
export function complaints({ fresh, stale }: Comparison): string[] {
  const byFinding = Map.groupBy(fresh, ({ tool, rule, resource }) => `${tool} ${rule} ${resource}`);
  return [
    ...[...byFinding].map(([key, [first, ...others]]) => {
      const profiles = [first, ...others].map((finding) => finding?.profile).join(', ');
      return `new    ${key} (${profiles}): ${first?.text.split('\n')[0]}`;
    }),
    ...stale.map(({ tool, rule, resource }) => `stale  ${tool} ${rule} ${resource}: no profile shows it`),
  ];
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
