import { MUTANTS } from './mutants.ts';
import { readOptions } from './options.ts';
import { reportText } from './report.ts';
import { runChaos } from './run.ts';

/** 0: the promise held. 1: it did not, or the run failed. */
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.listMutants) {
      for (const { name, caughtAs } of MUTANTS) process.stdout.write(`${name}  (${caughtAs})\n`);
      return 0;
    }
    const report = await runChaos(options, (text) => process.stderr.write(`chaos: ${text}\n`));
    process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : reportText(report)}\n`);
    return report.details.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
