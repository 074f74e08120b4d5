import { setTimeout as sleep } from 'node:timers/promises';
import { createAlerts, createSnsClient } from '../aws/alerts.ts';
import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createMarkStore } from '../aws/mark-store.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { createOutcomeStore } from '../aws/outcome-store.ts';
import { onTaskStoppedSettings } from '../aws/settings.ts';
import { createTaskLauncher } from '../aws/task-launcher.ts';
import { createTimelineStore } from '../aws/timeline-store.ts';
import { decideStop } from '../core/stop-policy.ts';
import { launchOf, type TaskState, taskIdOf, taskStateChangeSchema } from '../core/task-state-change.ts';
import { type CarriedOut, carryOut, type StopPorts } from './carry-out-stop.ts';
import { handlerStack } from './handler-stack.ts';

/** What the handler did about an event. */
export type StopResult =
  | { readonly handled: false; readonly reason: 'not-stopped' | 'handled-before' }
  | ({ readonly handled: true; readonly owner: string; readonly stopClass: string } & CarriedOut);

/**
 * Decides a stopped task and carries the decision out. The mark of the stop is set last: a handler that breaks off is run
 * again from the start, and every step may be repeated.
 */
export async function onTaskStopped(state: TaskState, ports: StopPorts): Promise<StopResult> {
  if (state.lastStatus !== 'STOPPED') return { handled: false, reason: 'not-stopped' };
  const mark = `stops/${taskIdOf(state.taskArn)}-${state.version}.json`;
  if ((await ports.marks.read(mark)) !== undefined) {
    ports.log.info('This stop was handled before.', { taskArn: state.taskArn, version: state.version });
    return { handled: false, reason: 'handled-before' };
  }
  const launched = launchOf(state);
  const standing = launched === undefined ? undefined : await ports.outcomes.read(launched.job.jobId);
  const decision = decideStop(state, {
    maxAttempts: ports.maxAttempts,
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

/** Lambda's entry point: "ECS Task State Change" events of the cluster. */
export const handler = handlerStack({
  expects: 'an "ECS Task State Change" event',
  schema: taskStateChangeSchema,
  compose(log) {
    const settings = onTaskStoppedSettings(process.env);
    const results = { client: createS3Client(), name: settings.RESULTS_BUCKET };
    const ports: StopPorts = {
      launcher: createTaskLauncher(createEcsClient(), settings),
      outcomes: createOutcomeStore(results),
      timeline: createTimelineStore(results),
      marks: createMarkStore(results),
      deadLetters: createMessageSender(createSqsClient(), settings.LAUNCH_DEAD_LETTER_QUEUE_URL),
      alerts: createAlerts(createSnsClient(), settings.ALERT_TOPIC_ARN),
      clock: { now: () => Date.now(), sleep: (milliseconds) => sleep(milliseconds) },
      random: Math.random,
      log,
      stage: settings.STAGE,
      taskDefinition: settings.TASK_DEFINITION,
      maxAttempts: settings.MAX_ATTEMPTS,
      ...(settings.WORKER_LOG_GROUP === undefined ? {} : { logGroup: settings.WORKER_LOG_GROUP }),
    };
    return (state) => onTaskStopped(state, ports);
  },
});
