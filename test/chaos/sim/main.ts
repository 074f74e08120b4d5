import { MUTANTS } from './mutants.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { failureText, figuresJson, figuresText } from './print.ts';
import { runSeeds } from './run-seeds.ts';
import { shrink } from './shrink.ts';

/** Real time that a failing run may spend on looking for a smaller one. */
const SHRINK_MS = 20_000;
/** The same for a mistake that was made on purpose. */
const SHRINK_MUTANT_MS = 3_000;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else if (options.listMutants) listMutants();
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 64;
}

/** Exit code: 0 when nothing was lost, duplicated, torn, misfiled, left open or wasted. */
async function run(options: Options): Promise<number> {
  const began = performance.now();
  const { seed: first, seeds, uploads, mutation, control, without } = options;
  const print = options.trace ? (line: string) => void process.stdout.write(`${line}\n`) : undefined;
  const report = await runSeeds({ first, seeds, uploads, mutate: mutation?.name, control, without, print });
  const wallMs = performance.now() - began;
  const failed = report.failed !== undefined || report.waste.length > 0;
  if (options.json) {
    process.stdout.write(`${JSON.stringify(figuresJson(report, options, wallMs))}\n`);
    return failed ? 1 : 0;
  }
  process.stdout.write(`${figuresText(report, options, wallMs)}\n`);
  if (!failed) return 0;
  const canShrink = report.failed !== undefined && !options.trace && !control && without.size === 0;
  const budgetMs = mutation === undefined ? SHRINK_MS : SHRINK_MUTANT_MS;
  const shrunk = canShrink && report.failed ? await shrink(report.failed, uploads, mutation, budgetMs) : undefined;
  process.stdout.write(`${failureText(report, options, shrunk)}\n`);
  return 1;
}

function listMutants(): void {
  const width = Math.max(...MUTANTS.map(({ name }) => name.length));
  for (const { name, what, caughtBy } of MUTANTS) {
    process.stdout.write(`${name.padEnd(width)}  ${what} (caught by: ${caughtBy})\n`);
  }
}
