import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import { type DurableQueue, durableQueue, type Verdict } from '../outbox/durable-queue.ts';
import type { NewItem, QueuedItem } from '../outbox/durable-queue-store.ts';
import {
  DEFAULT_RETRY_POLICY,
  DELIVERIES_PER_TARGET,
  deliveryItem,
  deliveryRunner,
} from '../outbox/target-delivery.ts';
import type { Deliver } from '../ports.ts';
import { decideAsync } from './async-verdict.ts';
import { deadLetterAttributes, destinationRecord, type FinishedInvocation } from './destination-record.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type FunctionDefinition } from './function-definition.ts';
import type { InvocationResult, Invocations } from './invocations.ts';
import type { Registry } from './registry.ts';

/** What asynchronous invocations are composed of. */
export interface AsyncOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly invocations: Invocations;
  /** Reaches queues, topics, functions and event buses. */
  readonly deliver: Deliver;
  /** Told of events and records that are lost. */
  readonly onFault: (message: string) => void;
}

/** Events that functions get without anyone waiting: stored first, then run, retried and reported to destinations. */
export interface AsyncInvocations extends Pick<DurableQueue, 'start' | 'stop' | 'size'> {
  /** Stores the event; returns the request's ID. */
  add(definition: FunctionDefinition, payload: string): string;
}

const pendingSchema = z.object({ functionName: z.string(), payload: z.string(), invokes: z.number() });

type Pending = z.infer<typeof pendingSchema>;

// Lanes are functions (events to run) or ARNs (records to deliver); the prefix keeps them apart.
const INVOKE = 'invoke:';
const RUNS_PER_FUNCTION = 10;

/** Opens the table of events that wait for their functions. */
export function asyncInvocations(options: AsyncOptions): AsyncInvocations {
  const { clock, registry, invocations } = options;
  const runDelivery = deliveryRunner({
    clock,
    deliver: options.deliver,
    errorCode: (failure) => failure.code,
    onDropped: options.onFault,
  });

  async function runPending(item: QueuedItem, signal: AbortSignal): Promise<Verdict> {
    const pending = pendingSchema.parse(JSON.parse(item.body));
    const definition = registry.find(pending.functionName);
    if (!definition) {
      options.onFault(`Dropped an event for ${pending.functionName}, which is no function any more.`);
      return { kind: 'done' };
    }
    let answer: InvocationResult | undefined;
    try {
      answer = await invocations.run(definition, item.id, pending.payload);
    } catch (error) {
      // Throttled or a fault: it was not run, and the rules below decide when it is tried again.
      const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
      if (!throttled && !signal.aborted) options.onFault(`${definition.name} could not be run: ${String(error)}`);
    }
    return verdictOf(item, pending, definition, answer);
  }

  function verdictOf(
    item: QueuedItem,
    pending: Pending,
    definition: FunctionDefinition,
    answer?: InvocationResult,
  ): Verdict {
    const now = clock.now();
    const invokes = pending.invokes + (answer ? 1 : 0);
    const ended = !answer ? 'not-run' : answer.functionError ? 'function-error' : 'succeeded';
    const config = registry.invokeConfig(definition.name) ?? DEFAULT_EVENT_INVOKE_CONFIG;
    const verdict = decideAsync({ ended, invokes, notRun: item.attempts, ageMs: now - item.createdAt }, config);
    if (verdict.kind === 'retry') {
      const body = JSON.stringify({ ...pending, invokes });
      return { kind: 'retry', dueAt: now + verdict.afterMs, attempts: answer ? 0 : item.attempts + 1, body };
    }
    const condition = verdict.kind === 'succeeded' ? 'Success' : verdict.condition;
    const { payload } = pending;
    return {
      kind: 'done',
      follow: reports(
        { requestId: item.id, functionArn: definition.arn, condition, invokes, payload, answer },
        definition,
      ),
    };
  }

  /** The destination's record and, of a failure, the dead letter. */
  function reports(finished: FinishedInvocation, definition: FunctionDefinition): NewItem[] {
    const config = registry.invokeConfig(definition.name);
    const succeeded = finished.condition === 'Success';
    const destination = succeeded ? config?.onSuccess : config?.onFailure;
    const record = JSON.stringify(destinationRecord(finished, clock.now()));
    const items = destination ? [reportItem(destination, definition, record)] : [];
    if (!succeeded && definition.deadLetterArn) {
      items.push(reportItem(definition.deadLetterArn, definition, finished.payload, deadLetterAttributes(finished)));
    }
    return items;
  }

  const queue = durableQueue({
    database: options.database,
    clock,
    table: 'lambda_event',
    laneLimit: (lane) => laneLimit(lane, registry),
    run: (item, signal) => (item.lane.startsWith(INVOKE) ? runPending(item, signal) : runDelivery(item)),
  });
  return {
    add(definition, payload) {
      const id = randomUUID();
      const pending: Pending = { functionName: definition.name, payload, invokes: 0 };
      queue.add([{ id, lane: `${INVOKE}${definition.name}`, body: JSON.stringify(pending) }]);
      return id;
    },
    start: queue.start,
    stop: queue.stop,
    size: queue.size,
  };
}

function laneLimit(lane: string, registry: Registry): number {
  if (!lane.startsWith(INVOKE)) return DELIVERIES_PER_TARGET;
  const reserved = registry.find(lane.slice(INVOKE.length))?.reservedConcurrency;
  return Math.max(1, Math.min(RUNS_PER_FUNCTION, reserved ?? RUNS_PER_FUNCTION));
}

function reportItem(
  targetArn: string,
  { arn: sourceArn, role: roleArn }: FunctionDefinition,
  payload: string,
  messageAttributes?: Record<string, string>,
): NewItem {
  return deliveryItem({
    targetArn,
    sourceArn,
    ...(roleArn === undefined ? {} : { roleArn }),
    payload,
    ...DEFAULT_RETRY_POLICY,
    deadLetterAttributes: {},
    ...(messageAttributes ? { messageAttributes } : {}),
  });
}
