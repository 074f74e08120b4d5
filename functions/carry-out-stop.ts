import type { LaunchResult, TaskLauncher } from '../aws/task-launcher.ts';
import { launchRefusedAlert, refusalWords, stopAlert } from '../core/alert-text.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import { clientTokenOf } from '../core/launch.ts';
import { objectCreatedBody } from '../core/object-event.ts';
import type { StopDecision } from '../core/stop-policy.ts';
import type { TaskState } from '../core/task-state-change.ts';
import { type AlertPorts, alertOnce } from './alert-once.ts';
import { type FailPorts, failJob } from './fail-job.ts';
import { jobLaunch } from './job-launch.ts';
import type { Log } from './log.ts';

export interface StopPorts extends AlertPorts, FailPorts {
  readonly launcher: TaskLauncher;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly stage: string;
  readonly taskDefinition: string;
  readonly maxAttempts: number;
  /** The log group of all tasks; absent when it is not known. */
  readonly logGroup?: string;
}

/** What came of a decision. */
export interface CarriedOut {
  /** The job's next task. */
  readonly relaunched?: string;
  /** The reason of the `failed` outcome that the job has now. */
  readonly failed?: string;
  /** The kind of e-mail that went out. */
  readonly alerted?: string;
}

/** Provisioning takes Fargate half a minute anyway: more than this is better waited for outside of a function. */
const LONGEST_WAIT_SECONDS = 10;

/** Stops whose cause may need a moment to pass; a lost or larger task can start at once. */
const PAUSED: ReadonlySet<string> = new Set(['temporary', 'crash', 'killed', 'start-delayed']);

/** Retries, records and alerts as decided. Every step may be repeated. Throws when ECS makes the retry wait. */
export async function carryOut(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  if (decision.retry !== undefined) return relaunch(state, decision, ports);
  if (decision.outcome !== undefined && !(await recordFailure(state, decision, ports))) return {};
  return { ...failedBy(decision), ...(await alert(state, decision, ports)) };
}

async function relaunch(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  const { retry } = decision;
  if (retry === undefined) return {};
  await pause(decision, ports);
  const request = jobLaunch(retry.launch, {
    taskDefinition: ports.taskDefinition,
    // The stopped task's own: however often its stop is reported, it has one successor.
    clientToken: clientTokenOf(state.taskArn),
    ...(retry.size === undefined ? {} : { size: retry.size }),
    ...(state.scratchGib === undefined ? {} : { scratchGib: state.scratchGib }),
  });
  const result = await ports.launcher.launch(request);
  switch (result.kind) {
    case 'started':
      return { relaunched: result.taskArn, ...(await alert(state, decision, ports)) };
    case 'already-started':
      return { relaunched: result.taskArns[0] ?? 'unknown', ...(await alert(state, decision, ports)) };
    case 'wait':
      // Lambda runs the handler again after one and two minutes; after that the sweep finds the job without an outcome.
      throw new SlipwayError('launch-waits', `The next task has to wait: ${refusalWords(result)}`, { retryable: true });
    case 'refused':
      return refuse(state, decision, result, ports);
  }
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
  const sent = await alertOnce('launch-refused', state.eventId, text, ports);
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
    },
    ports,
  );
}

async function alert(state: TaskState, decision: StopDecision, ports: StopPorts): Promise<CarriedOut> {
  if (decision.alert === undefined) return {};
  const text = stopAlert(state, decision, ports);
  const sent = await alertOnce(decision.alert, state.eventId, text, ports);
  return sent ? { alerted: decision.alert } : {};
}

function failedBy({ outcome }: StopDecision): CarriedOut {
  return outcome === undefined ? {} : { failed: outcome.reason };
}
