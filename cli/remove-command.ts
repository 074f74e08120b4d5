import { parseArgs } from 'node:util';
import { SlipwayError } from '../core/errors.ts';
import { askYesNo } from './deploy/ask.ts';
import { checkCaller } from './deploy/checks.ts';
import { findRegion, readCaller } from './deploy/identity.ts';
import { checkedStage } from './deploy/options.ts';
import { awsStacks } from './deploy/stacks.ts';
import { terminalPace } from './deploy-command.ts';
import { awsBuckets } from './remove/buckets.ts';
import { runRemove } from './remove/run-remove.ts';
import { awsTasks } from './remove/tasks.ts';
import { UsageError, unknownOption } from './usage-error.ts';

const USAGE = 'expected: npm run remove -- --stage NAME [--region REGION] [--yes]';

/** `npm run remove -- --stage NAME …`. The exit code: 0 gone (or it never was), 1 not. */
export async function remove(args: readonly string[]): Promise<number> {
  const { stage, region: given, yes } = readOptions(args);
  const region = await findRegion(given);
  const { failed } = await checkCaller(region, readCaller);
  if (region === undefined || failed.length > 0)
    throw new SlipwayError('checks', `Nothing was removed: ${failed.join(' ')}`);
  const stacks = awsStacks({ region });
  const buckets = awsBuckets({ region });
  const tasks = awsTasks({ region });
  try {
    const done = await runRemove(
      { stage, region, yes },
      {
        stacks,
        buckets,
        tasks,
        pace: terminalPace,
        confirm: (question) => askYesNo(question, { input: process.stdin, output: process.stderr }),
        print: (text) => void process.stdout.write(`${text}\n`),
      },
    );
    if (!done) process.stderr.write('slipway: nothing was removed.\n');
    return done ? 0 : 1;
  } finally {
    for (const client of [stacks, buckets, tasks]) client.close();
  }
}

function readOptions(args: readonly string[]) {
  const { stage, region, yes } = parsed(args);
  if (stage === undefined) throw new UsageError(`No stage was named; ${USAGE}.`);
  return { stage: checkedStage(stage), region, yes };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { stage: { type: 'string' }, region: { type: 'string' }, yes: { type: 'boolean', default: false } },
    }).values;
  } catch (error) {
    throw unknownOption(error, USAGE);
  }
}
