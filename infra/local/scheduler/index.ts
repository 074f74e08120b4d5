import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { restJsonHandler } from '../http/rest-json-protocol.ts';
import { durableQueue } from '../outbox/durable-queue.ts';
import { DELIVERIES_PER_TARGET, deliveryRunner } from '../outbox/target-delivery.ts';
import type { Deliver, PutMetrics } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { withAttemptNumber } from './firing.ts';
import { groupMetrics } from './group-metrics.ts';
import { createSchedule } from './operations/create-schedule.ts';
import { createScheduleGroup } from './operations/create-schedule-group.ts';
import { deleteSchedule } from './operations/delete-schedule.ts';
import { getSchedule } from './operations/get-schedule.ts';
import { getScheduleGroup } from './operations/get-schedule-group.ts';
import { listScheduleGroups } from './operations/list-schedule-groups.ts';
import { listSchedules } from './operations/list-schedules.ts';
import { updateSchedule } from './operations/update-schedule.ts';
import { scheduleProvider } from './resources/schedule.ts';
import { scheduleGroupProvider } from './resources/schedule-group.ts';
import { schedulerStore } from './store.ts';
import { ticker as newTicker } from './ticker.ts';

/** What the Scheduler is composed of. */
export interface SchedulerOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly deliver: Deliver;
  /** Where deliveries are counted; nowhere when left out. */
  readonly putMetrics?: PutMetrics;
  /** Told of every delivery that is given up without a dead-letter queue; the default writes to standard error. */
  readonly onDropped?: (message: string) => void;
}

const STOP_BOUND_MS = 2_000;

/**
 * EventBridge Scheduler. A firing is stored together with the time of the next one, so that it happens once. What should
 * have fired while the stand-in was off does not fire afterwards: the schedule goes on with its next time.
 */
export function schedulerService(options: SchedulerOptions): LocalService {
  const { database, clock, region } = options;
  const store = schedulerStore(database, region);
  store.skipMissed(clock.now());
  const deliveries = durableQueue({
    database,
    clock,
    table: 'scheduler_delivery',
    laneLimit: () => DELIVERIES_PER_TARGET,
    run: deliveryRunner({
      clock,
      deliver: options.deliver,
      render: withAttemptNumber,
      errorCode: (failure) => failure.code,
      onDropped: options.onDropped ?? ((message) => console.error(message)),
      onAttempt: (attempt) => options.putMetrics?.(groupMetrics(attempt)),
    }),
  });
  const ticker = newTicker({ store, deliveries, clock, region });
  const handle = restJsonHandler({
    service: 'scheduler',
    store: { store, ticker, clock },
    routes: [
      { method: 'GET', path: '/schedules', operation: listSchedules },
      { method: 'GET', path: '/schedules/{Name}', operation: getSchedule },
      { method: 'POST', path: '/schedules/{Name}', operation: createSchedule },
      { method: 'PUT', path: '/schedules/{Name}', operation: updateSchedule },
      { method: 'DELETE', path: '/schedules/{Name}', operation: deleteSchedule },
      { method: 'GET', path: '/schedule-groups', operation: listScheduleGroups },
      { method: 'GET', path: '/schedule-groups/{Name}', operation: getScheduleGroup },
      { method: 'POST', path: '/schedule-groups/{Name}', operation: createScheduleGroup },
    ],
  });
  return {
    wire: { signingNames: ['scheduler'], handle },
    providers: [scheduleGroupProvider(store, clock), scheduleProvider(store, clock)],
    start() {
      deliveries.start();
      ticker.start();
    },
    async stop() {
      ticker.stop();
      await deliveries.stop(STOP_BOUND_MS);
    },
  };
}
