import './parse-plainly.ts';
import * as z from 'zod';
import { type Alerts, createAlerts, createSnsClient } from '../aws/alerts.ts';
import { createEcsClient } from '../aws/clients.ts';
import { onScheduleSettings } from '../aws/settings.ts';
import { createTaskLauncher, type LaunchResult, type TaskLauncher } from '../aws/task-launcher.ts';
import { refusalWords, sweepRefusedAlert } from '../core/alert-text.ts';
import type { Clock } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import { clientTokenOf } from '../core/launch.ts';
import { familyOf } from '../core/task-state-change.ts';
import { handlerStack } from './handler-stack.ts';
import type { Log } from './log.ts';

const time = z.iso.datetime({ offset: true });

/** What the schedule sends: its scheduled time. Without one (an invocation by hand) the present minute stands in. */
export const tickSchema = z.looseObject({ scheduledTime: time.optional(), time: time.optional() });
export type Tick = z.output<typeof tickSchema>;

export interface SchedulePorts {
  readonly launcher: TaskLauncher;
  readonly alerts: Alerts;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly stage: string;
  readonly taskDefinition: string;
}

/** What became of a tick. */
export type TickResult =
  | { readonly launched: true; readonly taskArn: string }
  | { readonly launched: false; readonly reason: 'already-running'; readonly taskArn: string }
  | { readonly launched: false; readonly reason: 'already-launched' }
  | { readonly launched: false; readonly reason: 'launch-refused'; readonly message: string };

const MINUTE_MS = 60_000;

/** Launches the sweep, unless one still runs: two would do the same work and send everything twice. */
export async function onSchedule(tick: Tick, ports: SchedulePorts): Promise<TickResult> {
  const [taskArn] = await ports.launcher.live({ family: familyOf(ports.taskDefinition) });
  if (taskArn !== undefined) {
    ports.log.warn('The sweep is skipped: the last one still runs.', { taskArn });
    return { launched: false, reason: 'already-running', taskArn };
  }
  const scheduled = scheduledTime(tick, ports.clock.now());
  const result = await ports.launcher.launch({
    taskDefinition: ports.taskDefinition,
    // ECS allows no colons here.
    startedBy: `sweep/${scheduled.replaceAll(/[:.]/g, '-')}`,
    // A schedule may fire twice for one time; the token makes one sweep of it.
    clientToken: clientTokenOf('sweep', scheduled),
    changes: { environment: {} },
  });
  return settle(result, ports);
}

async function settle(result: LaunchResult, ports: SchedulePorts): Promise<TickResult> {
  switch (result.kind) {
    case 'started':
      ports.log.info('A sweep was launched.', { taskArn: result.taskArn });
      return { launched: true, taskArn: result.taskArn };
    case 'already-started':
      ports.log.info('The sweep of this time was launched before.', { taskArns: result.taskArns });
      return { launched: false, reason: 'already-launched' };
    case 'wait':
      // Lambda tries again after one and two minutes; then the next tick does.
      throw new SlipwayError('launch-waits', `The sweep has to wait: ${refusalWords(result)}`, { retryable: true });
    case 'refused':
      // Trying again would only send the same e-mail: the next tick is early enough.
      ports.log.error('The launch of the sweep was refused.', { code: result.code, reason: result.message });
      await ports.alerts.publish(sweepRefusedAlert(ports.taskDefinition, result, ports));
      return { launched: false, reason: 'launch-refused', message: refusalWords(result) };
  }
}

function scheduledTime(tick: Tick, now: number): string {
  const named = tick.scheduledTime ?? tick.time;
  const at = named === undefined ? Math.floor(now / MINUTE_MS) * MINUTE_MS : Date.parse(named);
  return new Date(at).toISOString();
}

/** Lambda's entry point: EventBridge Scheduler. */
export const handler = handlerStack({
  expects: "the schedule's tick",
  schema: tickSchema,
  compose(log) {
    const settings = onScheduleSettings(process.env);
    const ports: SchedulePorts = {
      launcher: createTaskLauncher(createEcsClient(), settings),
      alerts: createAlerts(createSnsClient(), settings.ALERT_TOPIC_ARN),
      clock: { now: () => Date.now() },
      log,
      stage: settings.STAGE,
      taskDefinition: settings.SWEEP_TASK_DEFINITION,
    };
    return (tick) => onSchedule(tick, ports);
  },
});
