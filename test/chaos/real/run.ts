import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { check } from '../checker.ts';
import { figuresOf } from './figures.ts';
import { copyProject, findMutant, mutate } from './mutants.ts';
import { activeTasks, settledJobs } from './observe.ts';
import type { ChaosOptions } from './options.ts';
import { type Content, makeContents } from './pictures.ts';
import { makePlan, type Plan } from './plan.ts';
import { readWorld } from './read-world.ts';
import { type RunReport, runReport } from './report.ts';
import { settle } from './settle.ts';
import { openStack, type Stack } from './stack.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { type Acknowledged, uploadAll } from './upload.ts';
import { ceilings } from './verdict.ts';

/** From the last upload to the end; a job that kills its workers needs some leases. */
const QUIET_WITHIN_MS = 120_000;
const POLL_MS = 300;

/** One run from a fresh folder to its report. `say` tells how far it is. */
export async function runChaos(options: ChaosOptions, say: (text: string) => void): Promise<RunReport> {
  const startedAt = Date.now();
  const plan = makePlan(options);
  const home = await mkdtemp(join(tmpdir(), 'slipway-chaos-'));
  const project = join(home, 'project');
  await mkdir(project);
  await copyProject(project);
  if (options.mutant !== undefined) await mutate(findMutant(options.mutant), project);
  let standIn: StandIn | undefined;
  try {
    const contents = await makeContents();
    standIn = await startStandIn(project, home, plan.script);
    say(`started after ${seconds(startedAt)} s`);
    return await disturb({ options, plan, contents, standIn, home, startedAt, say });
  } finally {
    await standIn?.stop();
    if (options.keep) say(`left behind: ${home}`);
    else await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

interface Run {
  readonly options: ChaosOptions;
  readonly plan: Plan;
  readonly contents: readonly Content[];
  readonly standIn: StandIn;
  readonly home: string;
  readonly startedAt: number;
  say(text: string): void;
}

async function disturb({ options, plan, contents, standIn, home, startedAt, say }: Run): Promise<RunReport> {
  const stack = await openStack(standIn.endpoint);
  await shortenLaunchRetries(stack);
  const acknowledged: Acknowledged[] = [];
  const over = new AbortController();
  const stopping = stopWorkers(stack, plan.sigterms, over.signal);
  let restarting: Promise<void> | undefined;
  await uploadAll({
    plan,
    contents,
    stack,
    async onAcknowledged(upload) {
      acknowledged.push(upload);
      if (acknowledged.length === plan.restartAt) restarting = restart(standIn, stack, say);
    },
  });
  await restarting;
  say(`${acknowledged.length} uploads acknowledged after ${seconds(startedAt)} s`);
  const expected = () => new Set(acknowledged.map(({ jobId }) => jobId));
  const quiet = await settle(stack, expected, Date.now() + QUIET_WITHIN_MS);
  over.abort();
  await stopping;
  say(`${quiet ? 'quiet' : 'not quiet'} after ${seconds(startedAt)} s`);
  const remains = await readWorld({ stack, plan, contents, acknowledged, home });
  const figures = await figuresOf(stack, remains, acknowledged, home);
  const violations = [...check(remains.world), ...ceilings(plan, figures, quiet)];
  stack.close();
  return runReport(options, plan, figures, violations, (Date.now() - startedAt) / 1000);
}

/** A launch that finds no room comes back after six minutes; a run has not that long. */
async function shortenLaunchRetries(stack: Stack): Promise<void> {
  const Attributes = { VisibilityTimeout: '5' };
  await stack.sqs.send(new SetQueueAttributesCommand({ QueueUrl: stack.output('LaunchQueueUrl'), Attributes }));
}

async function restart(standIn: StandIn, stack: Stack, say: (text: string) => void): Promise<void> {
  const at = Date.now();
  await standIn.kill();
  await standIn.start();
  await shortenLaunchRetries(stack);
  say(`the stand-in was killed and is back after ${seconds(at)} s`);
}

/** Tells a worker to stop at each of these numbers of outcomes. */
async function stopWorkers(stack: Stack, sigterms: readonly number[], signal: AbortSignal): Promise<void> {
  const due = sigterms.toSorted((a, b) => a - b);
  while (due.length > 0 && !signal.aborted) {
    await sleep(POLL_MS);
    const settled = await settledJobs(stack).catch(() => new Set());
    if (settled.size < (due[0] ?? 0)) continue;
    const number = due.shift() ?? 0;
    const workers = await activeTasks(stack, 'worker').catch(() => []);
    const task = workers.toSorted()[number % Math.max(1, workers.length)];
    const cluster = stack.output('ClusterName');
    if (task !== undefined) await stack.ecs.send(new StopTaskCommand({ cluster, task })).catch(() => undefined);
  }
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
