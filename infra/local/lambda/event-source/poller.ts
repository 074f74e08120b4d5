import { type Clock, sleep } from '../../clock.ts';
import { AwsError } from '../../http/aws-error.ts';
import type { EventSourceMapping } from '../function-definition.ts';
import type { Invocations } from '../invocations.ts';
import type { Registry } from '../registry.ts';
import { gatherBatch } from './gather-batch.ts';
import { compileFilters } from './record-filter.ts';
import { runBatch } from './run-batch.ts';
import type { SqsMessage, SqsPort } from './sqs-port.ts';

/** What a poller is composed of. */
export interface PollerOptions {
  readonly sqs: SqsPort;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly invocations: Invocations;
  readonly mapping: EventSourceMapping;
  readonly onFault: (message: string) => void;
}

/** A mapping at work. */
export interface Poller {
  /** Ends the polling. Resolves when no batch runs any more. */
  stop(): Promise<void>;
}

// AWS starts with five pollers for a mapping.
const DEFAULT_CONCURRENCY = 5;
const AFTER_FAULT_MS = 1_000;
const AFTER_NOTHING_MS = 10;

/** Feeds a function from a queue: polls while a place is free, and not otherwise, so that messages wait in the queue. */
export function startPoller(options: PollerOptions): Poller {
  const { mapping, clock, onFault } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const passes = compileFilters(mapping.filters);
  const places = mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  const running = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      if (running.size >= places) await Promise.race(running);
      else await takeBatch();
    }
  }

  async function takeBatch(): Promise<void> {
    try {
      const { queueArn, batchSize, batchingWindowSeconds: windowSeconds } = mapping;
      const batch = await gatherBatch({ ...options, queueArn, batchSize, windowSeconds, signal });
      if (signal.aborted) await giveBack(batch);
      else if (batch.length > 0) begin(batch);
      // A queue that answers at once with nothing must not turn this into a busy loop.
      else await sleep(clock, AFTER_NOTHING_MS, signal);
    } catch (error) {
      onFault(`Polling ${mapping.queueArn} for ${mapping.functionName} failed: ${messageOf(error)}`);
      await sleep(clock, AFTER_FAULT_MS, signal);
    }
  }

  /** What came in the moment of stopping is not kept hidden until its visibility timeout. */
  async function giveBack(batch: readonly SqsMessage[]): Promise<void> {
    for (const { receiptHandle } of batch) await options.sqs.release(mapping.queueArn, receiptHandle, 0);
  }

  function begin(batch: readonly SqsMessage[]): void {
    const run = runBatch({ ...options, passes }, batch)
      .catch((error: unknown) => {
        const throttled = error instanceof AwsError && error.code === 'TooManyRequestsException';
        if (!throttled && !signal.aborted) {
          onFault(`${mapping.functionName} could not be run on a batch of ${mapping.queueArn}: ${messageOf(error)}`);
        }
      })
      .finally(() => running.delete(run));
    running.add(run);
  }

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
