import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { check } from '../checker.ts';
import { figuresOf } from './figures.ts';
import { chosenMessages } from './messages.ts';
import { copyProject, mutate } from './mutants.ts';
import { activeTasks } from './observe.ts';
import type { ChaosOptions } from './options.ts';
import { type Content, makeContents } from './pictures.ts';
import { makePlan, type Plan } from './plan.ts';
import { type Progress, watchProgress } from './progress.ts';
import { readWorld } from './read-world.ts';
import { type RunReport, runReport } from './report.ts';
import { settle } from './settle.ts';
import { openStack, type Stack } from './stack.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { type Acknowledged, uploadAll } from './upload.ts';
import { ceilings } from './verdict.ts';

/** From the last upload to the end; a job that kills its workers needs some leases. */
const QUIET_WITHIN_MS = 240_000;
/** What a mistake leaves behind is there for good: a run with one need not wait as long. */
const QUIET_WITHIN_MUTANT_MS = 45_000;

/** What a run is given from outside. */
export interface RunHooks {
  /** Tells how far it is. */
  say(text: string): void;
  /** Ends everything that was started. */
  readonly signal: AbortSignal;
}

/** One run from a fresh folder to its report. Rejects with the signal's reason when that aborts. */
export async function runChaos(options: ChaosOptions, { say, signal }: RunHooks): Promise<RunReport> {
  const startedAt = Date.now();
  const home = await mkdtemp(join(tmpdir(), 'slipway-chaos-'));
  const project = join(home, 'project');
  const marks = join(home, 'marks');
  const plan = makePlan({ ...options, marks });
  let standIn: StandIn | undefined;
  try {
    await Promise.all([mkdir(project), mkdir(marks)]);
    await copyProject(project);
    if (options.mutant !== undefined) await mutate(options.mutant, project);
    const contents = await makeContents();
    standIn = await startStandIn(project, home, plan.script, signal);
    say(`started after ${seconds(startedAt)} s`);
    return await unless(signal, disturb({ options, plan, contents, standIn, home, marks, startedAt, say }));
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
  readonly marks: string;
  readonly startedAt: number;
  say(text: string): void;
}

async function disturb(run: Run): Promise<RunReport> {
  const { options, plan, contents, standIn, home, marks, startedAt, say } = run;
  const stack = await openStack(standIn.endpoint);
  await shortenLaunchRetries(stack);
  const messages = chosenMessages(plan.messages);
  const progress = watchProgress(stack);
  const stopping = stopWorkers(stack, plan.sigterms, progress);
  const acknowledged: Acknowledged[] = [];
  let restarting: Promise<void> | undefined;
  await uploadAll({
    plan,
    messages,
    contents,
    stack,
    progress,
    async onAcknowledged(upload) {
      acknowledged.push(upload);
      if (acknowledged.length === plan.restartAt) restarting = restart(standIn, stack, say);
    },
  });
  await restarting;
  say(`${acknowledged.length} uploads acknowledged after ${seconds(startedAt)} s`);
  const patienceMs = options.mutant === undefined ? QUIET_WITHIN_MS : QUIET_WITHIN_MUTANT_MS;
  // What was deleted at once, and whose event was lost as well, is nobody's job any more.
  const lasting = acknowledged.filter(({ planned }) => !planned.deleted);
  const moving = await settle(stack, new Set(lasting.map(({ jobId }) => jobId)), Date.now() + patienceMs);
  await progress.end();
  await stopping;
  say(`${moving === undefined ? 'quiet' : 'not quiet'} after ${seconds(startedAt)} s`);
  const remains = await readWorld({ stack, plan, messages, contents, acknowledged, home });
  const figures = await figuresOf({ stack, remains, acknowledged, home, marks, plan });
  const violations = [...check(remains.world), ...ceilings(plan, figures, moving)];
  stack.close();
  return runReport(options, figures, violations, (Date.now() - startedAt) / 1000);
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
async function stopWorkers(stack: Stack, sigterms: readonly number[], progress: Progress): Promise<void> {
  for (const outcomes of sigterms.toSorted((a, b) => a - b)) {
    await progress.reached(outcomes);
    const workers = await activeTasks(stack, 'worker').catch(() => []);
    const task = workers.toSorted()[outcomes % Math.max(1, workers.length)];
    const cluster = stack.output('ClusterName');
    if (task !== undefined) await stack.ecs.send(new StopTaskCommand({ cluster, task })).catch(() => undefined);
  }
}

/** The work, or the reason of the signal. What is under way then comes to nothing: nobody answers it any more. */
function unless<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject);
  });
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
