import { parseArgs } from 'node:util';
import { findRegion } from './deploy/identity.ts';
import { type Deployment, findDeployment, localClientConfig } from './deployment.ts';
import { useLocalSystem } from './local-system.ts';
import { collectFiles, type InputFile } from './process/collect-files.ts';
import { type RunReport, reportTable } from './process/report.ts';
import { runJobs } from './process/run-jobs.ts';
import { UsageError, unknownOption } from './usage-error.ts';

const EXIT_ALL_COMPLETE = 0;
const EXIT_SOME_FAILED = 2;

export interface ProcessOptions {
  readonly paths: readonly string[];
  readonly out: string;
  readonly json: boolean;
  /** A deployed stage; undefined is the system on this machine. */
  readonly stage: string | undefined;
  /** Of the deployed stage; undefined: as the AWS set-up of this machine says. */
  readonly region?: string | undefined;
}

/** `npm run process -- PATH… [--out DIR] [--json] [--stage NAME [--region REGION]]`. */
export async function processCommand(args: readonly string[]): Promise<number> {
  return processFiles(readArguments(args));
}

/** Uploads, waits, downloads, reports. The exit code: 0 all complete, 2 some failed. */
export async function processFiles(options: ProcessOptions): Promise<number> {
  const files = await collectFiles(options.paths);
  const report = await withDeployment(options, (deployment) => runFiles(options, deployment, files));
  process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportTable(report)}\n`);
  if (!options.json && report.complete > 0) process.stdout.write(`The outputs are in ${options.out}\n`);
  return report.complete === report.submitted ? EXIT_ALL_COMPLETE : EXIT_SOME_FAILED;
}

function runFiles(options: ProcessOptions, deployment: Deployment, files: readonly InputFile[]): Promise<RunReport> {
  return runJobs({ deployment, files, out: options.out, output: process.stderr });
}

async function withDeployment<Result>(
  { stage, region: given }: ProcessOptions,
  action: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  if (stage !== undefined) {
    const region = await findRegion(given);
    return action(await findDeployment(`slipway-${stage}`, region === undefined ? {} : { region }));
  }
  const system = await useLocalSystem(() => process.stderr.write('slipway: no system runs here, starting one…\n'));
  // Ctrl-C: what was uploaded stays in the inbox, and the next start goes on with it.
  const onInterrupt = () => void system.stop().then(() => process.exit(130));
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    return await action(await findDeployment(system.stackName, localClientConfig(system.endpoint, system.region)));
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await system.stop();
  }
}

function readArguments(args: readonly string[]): ProcessOptions {
  const usage = 'expected: npm run process -- PATH… [--out DIR] [--json] [--stage NAME [--region REGION]]';
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'slipway-out' },
        json: { type: 'boolean', default: false },
        stage: { type: 'string' },
        region: { type: 'string' },
      },
    });
    if (positionals.length === 0) throw new UsageError(`No files were named; ${usage}.`);
    return { paths: positionals, out: values.out, json: values.json, stage: values.stage, region: values.region };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unknownOption(error, usage);
  }
}
