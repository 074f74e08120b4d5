import { MUTANTS } from './mutants.ts';
import { type ChaosOptions, readOptions, USAGE, UsageError } from './options.ts';
import { reportText } from './report.ts';
import { runChaos } from './run.ts';

/** 0: the promise held. 1: it did not, or the run failed. 64: the command line is wrong. 130: Ctrl-C. */
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(signal)));
  try {
    const options = readOptions(args);
    return options.listMutants ? listMutants() : await run(options, stop.signal);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) {
      process.stderr.write(`${message}\n${USAGE}\n`);
      return 64;
    }
    process.stderr.write(`chaos: ${stop.signal.aborted ? 'stopped' : message}\n`);
    // Everything that was started has ended; what the run itself still waits for will never come.
    if (stop.signal.aborted) process.exit(130);
    return 1;
  }
}

async function run(options: ChaosOptions, signal: AbortSignal): Promise<number> {
  const report = await runChaos(options, { signal, say: (text) => void process.stderr.write(`chaos: ${text}\n`) });
  process.stdout.write(`${options.json ? JSON.stringify(report, null, 2) : reportText(report)}\n`);
  return report.details.length === 0 ? 0 : 1;
}

function listMutants(): number {
  const width = Math.max(...MUTANTS.map(({ name }) => name.length));
  for (const { name, what } of MUTANTS) process.stdout.write(`${name.padEnd(width)}  ${what}\n`);
  return 0;
}
