import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileTemplate } from '../infra/local/compile-template.ts';
import { readTemplate } from '../infra/local/template/compiled-template.ts';
import { PROFILES } from '../infra/profiles.ts';
import { idleRows, total } from './cost/estimate.ts';
import { type Load, loadRows } from './cost/load.ts';
import { PRICE_LIST } from './cost/prices.ts';
import { estimateText, profilesTable } from './cost/render.ts';
import type { CostRow } from './cost/row.ts';
import { readStackResources } from './cost/stack-resources.ts';
import { checkedParams, checkedStage } from './deploy/options.ts';
import { projectDirectory } from './paths.ts';
import { UsageError, unknownOption } from './usage-error.ts';

const USAGE =
  'expected: npm run cost -- --stage NAME [--param NAME=VALUE]… [--jobs-per-day N [--megabytes N]] [--json], or npm run cost -- --all';

interface CostOptions {
  readonly stage: string;
  readonly params: readonly string[];
  readonly load: Omit<Load, 'largeObjectBytes'> | undefined;
  readonly json: boolean;
  readonly all: boolean;
}

/** `npm run cost`: what the compiled template of a stage costs, idle and with a load. Needs no account. */
export async function cost(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.all) {
    const estimates: { stage: string; idle: readonly CostRow[] }[] = [];
    // One after the other: packaging locks the project.
    for (const { name, stage, params } of PROFILES) {
      estimates.push({ stage: name, idle: (await estimate({ ...options, stage, params })).idle });
    }
    process.stdout.write(`${profilesTable(estimates)}\n`);
    return 0;
  }
  const { idle, load } = await estimate(options);
  const text = options.json
    ? JSON.stringify(
        { ...PRICE_LIST, stage: options.stage, idle, idleDollars: total(idle), load, loadDollars: total(load ?? []) },
        null,
        2,
      )
    : estimateText({ stage: options.stage, idle, load });
  process.stdout.write(`${text}\n`);
  return 0;
}

async function estimate({ stage, params, load }: CostOptions) {
  const packageDirectory = await mkdtemp(join(tmpdir(), 'slipway-cost-'));
  try {
    const file = await compileTemplate({
      serviceDirectory: projectDirectory,
      packageDirectory,
      arguments: ['--stage', stage, ...params.flatMap((param) => ['--param', param])],
    });
    const resources = await readStackResources(file, PRICE_LIST.region);
    const { Outputs } = await readTemplate(file);
    const largeObjectBytes = Number(Outputs.LargeObjectBytes?.Value);
    return { idle: idleRows(resources), load: load && loadRows({ ...load, largeObjectBytes }, resources) };
  } finally {
    await rm(packageDirectory, { recursive: true, force: true });
  }
}

function readOptions(args: readonly string[]): CostOptions {
  const values = parsed(args);
  const jobsPerDay = notNegative('jobs-per-day', values['jobs-per-day']);
  const megabytes = notNegative('megabytes', values.megabytes);
  if (values.stage === undefined && !values.all) throw new UsageError(`No stage was named; ${USAGE}.`);
  if (megabytes !== undefined && jobsPerDay === undefined) {
    throw new UsageError('--megabytes says how large a job is; say how many there are with --jobs-per-day.');
  }
  return {
    // Each profile names its own.
    stage: values.stage === undefined ? '' : checkedStage(values.stage),
    params: checkedParams(values.param),
    // A photograph of a telephone.
    load: jobsPerDay === undefined ? undefined : { jobsPerDay, megabytes: megabytes ?? 4 },
    json: values.json,
    all: values.all,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        param: { type: 'string', multiple: true, default: [] },
        'jobs-per-day': { type: 'string' },
        megabytes: { type: 'string' },
        json: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw unknownOption(error, USAGE);
  }
}

function notNegative(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`--${name} is "${text}"; expected a number that is not negative.`);
}
