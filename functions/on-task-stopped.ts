import './parse-plainly.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAlertDesk } from '../aws/alert-desk.ts';
import { createAlerts, createSnsClient } from '../aws/alerts.ts';
import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createMarkStore, type MarkStore } from '../aws/mark-store.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { createOutcomeStore } from '../aws/outcome-store.ts';
import { createRetryBudget } from '../aws/retry-budget.ts';
import { onTaskStoppedSettings } from '../aws/settings.ts';
import { createTaskLauncher } from '../aws/task-launcher.ts';
import { createTimelineStore } from '../aws/timeline-store.ts';
import { alertKey, windowOf } from '../core/alert-window.ts';
import { isRedriveOf } from '../core/dead-letter.ts';
import { errorWords } from '../core/error-words.ts';
import type { LaunchedJob } from '../core/launch.ts';
import type { Outcome } from '../core/outcome.ts';
import { decideStop } from '../core/stop-policy.ts';
import { launchOf, type TaskState, taskIdOf, taskStateChangeSchema } from '../core/task-state-change.ts';
import { type CarriedOut, carryOut, type StopPorts } from './carry-out-stop.ts';
import { handlerStack } from './handler-stack.ts';

/** What the handler works with. */
export interface HandlerPorts extends StopPorts {
  readonly marks: MarkStore;
}

/** What the handler did about an event. */
export type StopResult =
  | { readonly handled: false; readonly reason: 'not-stopped' | 'handled-before' }
  | ({ readonly handled: true; readonly owner: string; readonly stopClass: string } & CarriedOut);

/**
 * Decides a stopped task and carries the decision out. The mark of the stop is set last: a handler that breaks off is run
 * again from the start, and every step may be repeated.
 */
export async function onTaskStopped(state: TaskState, ports: HandlerPorts): Promise<StopResult> {
  if (state.lastStatus !== 'STOPPED') return { handled: false, reason: 'not-stopped' };
  const mark = `stops/${taskIdOf(state.taskArn)}-${state.version}.json`;
  if ((await ports.marks.read(mark)) !== undefined) {
    ports.log.info('This stop was handled before.', { taskArn: state.taskArn, version: state.version });
    return { handled: false, reason: 'handled-before' };
  }
  const launched = launchOf(state);
  const standing = launched === undefined ? undefined : await standingOf(launched, ports);
  const decision = decideStop(state, {
    maxAttempts: ports.maxAttempts,
    largest: ports.largest,
    ...(standing === undefined ? {} : { standing }),
  });
  const carriedOut = await carryOut(state, decision, ports);
  const { owner, stopClass } = decision;
  const { taskArn, stopCode, stoppedReason, exitCode } = state;
  const at = new Date(ports.clock.now()).toISOString();
  await ports.marks.set(mark, { by: taskArn, at, owner, stopClass, stopCode, stoppedReason, exitCode, ...carriedOut });
  const jobId = launched?.job.jobId;
  ports.log.info('A stop was handled.', { taskArn, stopCode, exitCode, owner, stopClass, jobId, ...carriedOut });
  return { handled: true, owner, stopClass, ...carriedOut };
}

/** The job's outcome; a failure that the task was started to replace is none. */
async function standingOf({ job, failedAt }: LaunchedJob, ports: HandlerPorts): Promise<Outcome | undefined> {
  const standing = await ports.outcomes.read(job.jobId);
  return standing === undefined || isRedriveOf(failedAt, standing) ? undefined : standing;
}

/**
 * Sends what was held back of kinds that have fallen silent: the first event of a quarter of an hour does it, of whatever
 * kind. Whatever comes of it, the event itself is handled.
 */
export async function catchUpAlerts({ eventId }: TaskState, ports: HandlerPorts): Promise<void> {
  const now = ports.clock.now();
  try {
    const mark = { by: eventId, at: new Date(now).toISOString() };
    if (await ports.marks.set(alertKey('catch-up', now), mark)) await ports.desk.catchUp(eventId);
  } catch (error) {
    ports.log.warn('What was held back is left to the sweep.', { error: errorWords(error) });
  }
}

/** Lambda's entry point: "ECS Task State Change" events of the cluster. */
export const handler = handlerStack({
  expects: 'an "ECS Task State Change" event',
  schema: taskStateChangeSchema,
  compose(log) {
    const settings = onTaskStoppedSettings(process.env);
    const results = { client: createS3Client(), name: settings.RESULTS_BUCKET };
    const marks = createMarkStore(results);
    const sqs = createSqsClient();
    const clock = { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) };
    const alerts = createAlerts(createSnsClient(), settings.ALERT_TOPIC_ARN);
    const ports: HandlerPorts = {
      launcher: createTaskLauncher(createEcsClient(), settings),
      outcomes: createOutcomeStore(results),
      timeline: createTimelineStore(results),
      marks,
      deadLetters: createMessageSender(sqs, settings.LAUNCH_DEAD_LETTER_QUEUE_URL),
      launches: createMessageSender(sqs, settings.LAUNCH_QUEUE_URL),
      desk: createAlertDesk({ marks, alerts, clock, stage: settings.STAGE }),
      budget: createRetryBudget(marks, clock),
      clock,
      random: Math.random,
      log,
      stage: settings.STAGE,
      taskDefinition: settings.TASK_DEFINITION,
      maxAttempts: settings.MAX_ATTEMPTS,
      largest: { cpu: settings.LARGEST_CPU, memory: settings.LARGEST_MEMORY },
      ...(settings.WORKER_LOG_GROUP === undefined ? {} : { logGroup: settings.WORKER_LOG_GROUP }),
      logStream: settings.WORKER_LOG_STREAM,
    };
    let lastWindow = '';
    return async (state) => {
      const result = await onTaskStopped(state, ports);
      // Once in a window and a container of the function is enough to find out.
      const window = windowOf(clock.now());
      if (window !== lastWindow) await catchUpAlerts(state, ports);
      lastWindow = window;
      return result;
    };
  },
});
