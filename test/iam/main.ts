import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UNUSED_GRANTS } from '../../infra/unused-grants.ts';
import { readRecords } from './records.ts';
import { templateGrants } from './template-grants.ts';
import { verdictOf, verdictText } from './verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const STAGE = 'dev';
/** The tests that start whole local systems, and a short run of chaos. */
const TESTS = ['test/e2e', 'test/integration/local/'];
const CHAOS = ['--uploads', '150', '--kills', '25'];

/** 0: every grant is used, or its reason is listed. 1: one is not, a call was refused, or the run failed. */
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options: { records: { type: 'string' } } });
    const { systems, used, refused } = await recordsOf(values.records);
    const verdict = verdictOf({ grants: await templateGrants(STAGE), used, refused, unused: UNUSED_GRANTS });
    process.stdout.write(`${verdictText(verdict, systems)}\n`);
    return verdict.faults.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`iam: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Records that runs have left in a folder, or those of a run of its own. */
async function recordsOf(given: string | undefined) {
  if (given !== undefined) return readRecords(given);
  const directory = await mkdtemp(join(tmpdir(), 'slipway-access-'));
  try {
    await exercise(directory);
    return await readRecords(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function exercise(directory: string): Promise<void> {
  await run(directory, ['node_modules/vitest/vitest.mjs', 'run', ...TESTS]);
  await run(directory, ['test/chaos/real/main.ts', ...CHAOS]);
}

/** Runs a program of Node whose local systems write their records into `directory`; what it prints goes to standard error. */
async function run(directory: string, args: readonly string[]): Promise<void> {
  process.stderr.write(`iam: node ${args.join(' ')}\n`);
  const env = { ...process.env, SLIPWAY_ACCESS_RECORDS: directory };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0) throw new Error('That failed: what it did not reach would count as unused.');
}
