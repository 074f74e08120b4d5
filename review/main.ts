import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACKNOWLEDGED } from './acknowledged.ts';
import { compare, type ProfileFindings } from './compare.ts';
import type { Tool } from './finding.ts';
import { complaints, table } from './print.ts';
import { installCfnLint, installPacks } from './setup.ts';
import { reviewedTemplates } from './templates.ts';

installPacks();
const linter = installCfnLint();
const skipped: Tool[] = linter === undefined ? ['cfn-lint'] : [];
if (linter === undefined) console.log('review: cfn-lint is skipped, there is no Python 3 with venv on this machine.');

// Only now are they there.
const { cdkNag } = await import('./tools/cdk-nag.ts');
const { controlTower } = await import('./tools/control-tower.ts');
const { cfnLint } = await import('./tools/cfn-lint.ts');

const directory = await mkdtemp(join(tmpdir(), 'slipway-review-'));
try {
  const found: ProfileFindings[] = [];
  for (const { profile, file, normalised } of await reviewedTemplates(directory)) {
    const linted = linter === undefined ? [] : await cfnLint(linter)(file);
    found.push({ profile, findings: [...linted, ...(await cdkNag(normalised)), ...(await controlTower(normalised))] });
  }
  const comparison = compare(found, ACKNOWLEDGED, skipped);
  console.log(table(found, comparison, skipped));
  const lines = complaints(comparison);
  for (const line of lines) console.log(line);
  console.log(
    lines.length === 0
      ? `\nEvery finding is acknowledged, by one of ${ACKNOWLEDGED.length} reasons in review/acknowledged.ts.`
      : `\n${comparison.fresh.length} new, ${comparison.stale.length} stale: mend the template, or change review/acknowledged.ts.`,
  );
  process.exitCode = lines.length === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
