import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { durableQueue } from '../outbox/durable-queue.ts';
import { DELIVERIES_PER_TARGET, deliveryItem, deliveryRunner } from '../outbox/target-delivery.ts';
import type { Deliver } from '../ports.ts';
import type { Alarm, AlarmStore } from './alarm-store.ts';

export interface AlarmActions {
  /** Stores an action of a transition, in the caller's transaction; it runs on its own. */
  add(alarm: Alarm, targetArn: string, payload: string): void;
  start(): void;
  stop(): Promise<void>;
}

export interface AlarmActionsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly alarms: AlarmStore;
  readonly deliver: Deliver;
  readonly onError: (message: string) => void;
}

const STOP_BOUND_MS = 2_000;

/** A capacity decided on old data does harm: an action on a scaling policy is tried for a minute only. */
const SCALING_RETRY = { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 };
const NOTIFICATION_RETRY = { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 3_600 };

/** Whether an alarm action is a scaling policy: those run again and again while the state lasts. */
export function scalesService(targetArn: string): boolean {
  return targetArn.split(':')[2] === 'autoscaling';
}

/** Runs the actions of alarms' transitions, at least once each, and writes them into the alarms' history. */
export function alarmActions(options: AlarmActionsOptions): AlarmActions {
  const { clock, alarms } = options;

  function record(sourceArn: string, targetArn: string, failure?: unknown): void {
    const alarm = sourceArn.split(':alarm:')[1] ?? sourceArn;
    const error = failure === undefined ? undefined : String(failure);
    alarms.addHistory({
      alarm,
      at: clock.now(),
      type: 'Action',
      summary: error ? `Failed to execute action ${targetArn}` : `Successfully executed action ${targetArn}`,
      data: JSON.stringify({ actionState: error ? 'Failed' : 'Succeeded', notificationResource: targetArn, error }),
    });
  }

  const deliver: Deliver = async (target, payload, deliveryOptions) => {
    try {
      await options.deliver(target, payload, deliveryOptions);
    } catch (error) {
      record(target.sourceArn, target.arn, error);
      throw error;
    }
    record(target.sourceArn, target.arn);
  };
  const queue = durableQueue({
    database: options.database,
    clock,
    table: 'cloudwatch_action',
    laneLimit: () => DELIVERIES_PER_TARGET,
    run: deliveryRunner({ clock, deliver, errorCode: (failure) => failure.code, onDropped: options.onError }),
  });
  return {
    add(alarm, targetArn, payload) {
      const retry = scalesService(targetArn) ? SCALING_RETRY : NOTIFICATION_RETRY;
      queue.add([deliveryItem({ targetArn, sourceArn: alarm.arn, payload, ...retry, deadLetterAttributes: {} })]);
    },
    start: () => queue.start(),
    stop: () => queue.stop(STOP_BOUND_MS),
  };
}
