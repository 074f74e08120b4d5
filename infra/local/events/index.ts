import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { jsonHandler } from '../http/json-protocol.ts';
import { durableQueue } from '../outbox/durable-queue.ts';
import { DELIVERIES_PER_TARGET, deliveryRunner } from '../outbox/target-delivery.ts';
import type { Deliver, PublishEvent, PutMetrics } from '../ports.ts';
import type { LocalService } from '../service.ts';
import { bus as defaultBus } from './bus.ts';
import { eventBridgeErrorCode } from './error-code.ts';
import { deleteRule } from './operations/delete-rule.ts';
import { describeEventBus } from './operations/describe-event-bus.ts';
import { describeRule } from './operations/describe-rule.ts';
import { disableRule } from './operations/disable-rule.ts';
import { enableRule } from './operations/enable-rule.ts';
import { listEventBuses } from './operations/list-event-buses.ts';
import { listRuleNamesByTarget } from './operations/list-rule-names-by-target.ts';
import { listRules } from './operations/list-rules.ts';
import { listTargetsByRule } from './operations/list-targets-by-rule.ts';
import { putEvents } from './operations/put-events.ts';
import { putRule } from './operations/put-rule.ts';
import { putTargets } from './operations/put-targets.ts';
import { removeTargets } from './operations/remove-targets.ts';
import { testEventPattern } from './operations/test-event-pattern.ts';
import { ruleProvider } from './resources/rule.ts';
import { ruleMetrics } from './rule-metrics.ts';
import { eventsStore } from './store.ts';

/** What EventBridge is composed of. */
export interface EventsOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  readonly deliver: Deliver;
  /** Where deliveries are counted; nowhere when left out. */
  readonly putMetrics?: PutMetrics;
  /** Told of every delivery that is given up without a dead-letter queue; the default writes to standard error. */
  readonly onDropped?: (message: string) => void;
}

/** EventBridge, with what other services call in process. */
export interface EventsService extends LocalService {
  /** Stores a delivery for every target that the event reaches, in the caller's transaction if there is one. */
  readonly publish: PublishEvent;
  /** Deliveries that are stored and not yet accepted by their targets. */
  pendingDeliveries(): number;
}

const STOP_BOUND_MS = 2_000;

/** EventBridge: the default bus, its rules and their targets. */
export function eventsService(options: EventsOptions): EventsService {
  const { database, clock, region } = options;
  const store = eventsStore(database, region);
  const deliveries = durableQueue({
    database,
    clock,
    table: 'events_delivery',
    laneLimit: () => DELIVERIES_PER_TARGET,
    run: deliveryRunner({
      clock,
      deliver: options.deliver,
      errorCode: eventBridgeErrorCode,
      onDropped: options.onDropped ?? ((message) => console.error(message)),
      onAttempt: (attempt) => options.putMetrics?.(ruleMetrics(attempt)),
    }),
  });
  const bus = defaultBus({ store, deliveries, clock, region });
  const handle = jsonHandler({
    service: 'events',
    targetPrefix: 'AWSEvents',
    version: '1.1',
    store: { store, bus, region },
    operations: [
      putEvents,
      listRules,
      describeRule,
      listTargetsByRule,
      listRuleNamesByTarget,
      putRule,
      putTargets,
      removeTargets,
      deleteRule,
      enableRule,
      disableRule,
      testEventPattern,
      describeEventBus,
      listEventBuses,
    ],
  });
  return {
    wire: { signingNames: ['events'], handle },
    providers: [ruleProvider(store)],
    publish: (event) => void bus.publish([event]),
    pendingDeliveries: () => deliveries.size(),
    start: () => deliveries.start(),
    stop: () => deliveries.stop(STOP_BOUND_MS),
  };
}
