import type { AlertDesk } from '../aws/alert-desk.ts';
import type { MessageSender } from '../aws/message-sender.ts';
import type { RetryBudget } from '../aws/retry-budget.ts';
import type { LaunchResult, TaskLauncher } from '../aws/task-launcher.ts';
import { type Alert, launchRefusedAlert, printable, refusalWords, stopAlert } from '../core/alert-text.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import { clientTokenOf } from '../core/launch.ts';
import { objectCreatedBody } from '../core/object-event.ts';
import { LAUNCH, type QueuedLaunch, queuedLaunchText } from '../core/queued-launch.ts';
import type { StopDecision } from '../core/stop-policy.ts';
import type { TaskSize } from '../core/task-size.ts';
import { type TaskState, taskIdOf } from '../core/task-state-change.ts';
import { type FailPorts, failJob } from './fail-job.ts';
import { jobLaunch } from './job-launch.ts';
import type { Log } from './log.ts';

export interface StopPorts extends FailPorts {
  readonly desk: AlertDesk;
  readonly launcher: TaskLauncher;
  /** The launch queue: for a retry that has to wait. */
  readonly launches: MessageSender;
  readonly budget: RetryBudget;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly stage: string;
  readonly taskDefinition: string;
  readonly maxAttempts: number;
  /** The largest task that there is; Fargate's when left out. */
  readonly largest?: TaskSize;
  /** The log group of all tasks; absent when it is not known. */
  readonly logGroup?: string;
  /** The streams in it, with KIND and TASK to be put in. */
  readonly logStream?: string;
}

/** What came of a decision. */
export interface CarriedOut {
  /** The job's next task. */
  readonly relaunched?: string;
  /** The job's next task waits in the launch queue: for so many seconds, at least. */
  readonly queued?: number;
  /** The reason of the `failed` outcome that the job has now. */
  readonly failed?: string;
  /** The kind of e-mail that went out. */
  readonly alerted?: string;
}

/** Provisioning takes Fargate half a minute anyway: more than this is better waited for outside of a function. */
const LONGEST_WAIT_SECONDS = 10;

/** Stops whose cause may need a moment to pass; a lost or larger task can start at once. */
const PAUSED: ReadonlySet<string> = new Set(['temporary', 'crash', 'killed', 'start-delayed']);

/** What does not start now starts within this, seconds; 900 is as long as SQS holds a message back. */
const QUEUED_SECONDS = { least: 60, most: 900 };

/** Retries, records and alerts as decided. Every step may be repeated. */
export async function carryOut(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  if (decision.retry !== undefined) return relaunch(state, decision, ports);
  if (decision.outcome !== undefined && !(await recordFailure(state, decision, ports))) return {};
  return { ...failedBy(decision), ...(await alert(state, decision, ports)) };
}

async function relaunch(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  const { retry } = decision;
  if (retry === undefined) return {};
  const next: QueuedLaunch = {
    ...retry,
    // The stopped task's own: however often its stop is reported, it has one successor.
    clientToken: clientTokenOf(state.taskArn),
    ...(state.scratchGib === undefined ? {} : { scratchGib: state.scratchGib }),
  };
  // An outage is not over in the seconds that a function could wait.
  if (decision.stopClass === 'unavailable') return queue(next, state, decision, ports);
  if (!(await ports.budget.take(taskIdOf(state.taskArn)))) return queue(next, state, decision, ports);
  await pause(decision, ports);
  const result = await ports.launcher.launch(jobLaunch(next.launch, { ...next, taskDefinition: ports.taskDefinition }));
  switch (result.kind) {
    case 'started':
      return { relaunched: result.taskArn, ...(await alert(state, decision, ports)) };
    case 'already-started':
      return { relaunched: result.taskArns[0] ?? 'unknown', ...(await alert(state, decision, ports)) };
    case 'wait':
      ports.log.warn('The next task has to wait.', { taskArn: state.taskArn, reason: refusalWords(result) });
      return queue(next, state, decision, ports);
    case 'refused':
      return refuse(state, decision, result, ports);
  }
}

/** Leaves the next task to the launch queue, which has patience: spread, so that what failed together does not start so. */
async function queue(
  next: QueuedLaunch,
  state: TaskState,
  decision: StopDecision,
  ports: StopPorts,
): Promise<CarriedOut> {
  const { least, most } = QUEUED_SECONDS;
  const delaySeconds = least + Math.floor(ports.random() * (most - least + 1));
  const body = objectCreatedBody(next.launch.job, 'slipway.on-task-stopped');
  await ports.launches.send([{ body, attributes: { [LAUNCH]: queuedLaunchText(next) }, delaySeconds }]);
  return { queued: delaySeconds, ...(await alert(state, decision, ports)) };
}

async function pause({ stopClass, retry }: StopDecision, ports: StopPorts): Promise<void> {
  if (retry === undefined || !PAUSED.has(stopClass)) return;
  const count = retry.launch.attempt - 1 + (retry.launch.losses ?? 0);
  await ports.clock.sleep(1000 * Math.min(LONGEST_WAIT_SECONDS, backoffSeconds(count, ports.random)));
}

async function refuse(
  state: TaskState,
  decision: StopDecision,
  refusal: Extract<LaunchResult, { kind: 'wait' | 'refused' }>,
  ports: StopPorts,
): Promise<CarriedOut> {
  const { launched } = decision;
  if (launched === undefined) return {};
  const message = `ECS refused to start the next task: ${refusalWords(refusal)}`;
  const outcome = { reason: 'launch-refused', message } as const;
  if (!(await recordFailure(state, { ...decision, outcome }, ports))) return {};
  const text = launchRefusedAlert(launched.job, refusal, ports);
  const sent = await tell('launch-refused', state, decision, text, ports);
  return { failed: 'launch-refused', ...(sent ? { alerted: 'launch-refused' } : {}) };
}

async function recordFailure(
  state: TaskState,
  { launched, outcome }: StopDecision,
  ports: StopPorts,
): Promise<boolean> {
  if (launched === undefined || outcome === undefined) return false;
  return failJob(
    {
      ...outcome,
      job: launched.job,
      attempts: launched.attempt,
      taskArn: state.taskArn,
      startedAt: state.createdAt,
      body: objectCreatedBody(launched.job, 'slipway.on-task-stopped'),
      ...(launched.failedAt === undefined ? {} : { failedAt: launched.failedAt }),
    },
    ports,
  );
}

async function alert(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  if (decision.alert === undefined) return {};
  const text = stopAlert(state, decision, ports);
  const sent = await tell(decision.alert, state, decision, text, ports);
  return sent ? { alerted: decision.alert } : {};
}

function tell(
  kind: string,
  { eventId, taskArn }: TaskState,
  { launched }: StopDecision,
  text: Alert,
  { desk }: StopPorts,
): Promise<boolean> {
  const id = taskIdOf(taskArn);
  const words = launched === undefined ? taskArn : jobWords(launched.job, id);
  return desk.tell({ kind, by: eventId, about: { id, words }, alert: text });
}

function jobWords({ jobId, source }: Job, taskId: string): string {
  return `${printable(source.key)} (job ${jobId}, task ${taskId})`;
}

function failedBy({ outcome }: StopDecision): CarriedOut {
  return outcome === undefined ? {} : { failed: outcome.reason };
}
