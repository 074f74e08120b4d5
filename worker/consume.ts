import type { Delivery, JobQueue } from '../aws/job-queue.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { createDeleteBatches } from './delete-batches.ts';
import type { Gate } from './gate.ts';
import { createHeartbeats, type Lease } from './heartbeat.ts';
import type { JobDelivery, JobEnd } from './job-ports.ts';
import { createPace } from './pace.ts';
import type { Logger } from './processor.ts';
import type { Protector } from './protect.ts';
import { createReceives, type Room } from './receives.ts';
import { createRoster, type Member } from './roster.ts';
import { draining, leaseLost, StopReason, unprotected } from './stop-reason.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** What a consumer is made of. */
export interface ConsumerOptions {
  readonly queue: JobQueue;
  handle(delivery: JobDelivery): Promise<JobEnd>;
  /** Whether nothing new should be taken on for now. */
  readonly gate: Gate;
  readonly protector: Protector;
  readonly clock: Clock;
  /** 0 to 1. */
  random(): number;
  readonly logger: Logger;
  /** Jobs at a time. */
  readonly slots: number;
  readonly visibilitySeconds: number;
  /** The wait of one receive; RECEIVE_WAIT_SECONDS unless told otherwise. */
  readonly receiveWaitSeconds?: number;
}

/** Works a queue until it is told to stop. */
export interface Consumer {
  /** Resolves when, after `drain`, nothing is held any more. */
  run(): Promise<void>;
  /** Takes on nothing new; what runs may go on for `budgetMs`, then is given back. */
  drain(budgetMs: number): void;
}

/** A message that is kept hidden. */
interface Held extends Member {
  readonly delivery: Delivery;
  readonly lease: Lease;
  /** Aborts with the reason why its work must stop. */
  readonly abort: AbortController;
}

/**
 * The wait of one receive. SQS would wait up to 20 s, but a receive must never be aborted (its messages would stay hidden
 * for a whole lease), and a drain has to sit it out: an idle task ends within two seconds. That costs 3,600 requests for
 * each hour in which a task has nothing to do, less than a hundredth of the task itself.
 */
const RECEIVE_WAIT_SECONDS = 1;

/**
 * A consumer whose slots are refilled one by one: several receives may be open, each for as many messages as there is room
 * for; where jobs are short some wait for the next free slot; deletes are gathered without anybody waiting for them.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { queue, gate, protector, clock, logger, slots, visibilitySeconds } = options;
  const stopping = new AbortController();
  const stopped = new AbortController();
  const over = Promise.withResolvers<void>();
  const deletes = createDeleteBatches(queue, { clock, logger });
  const heartbeats = createHeartbeats({ queue, visibilitySeconds, clock, logger });
  const pace = createPace(slots);
  const running = createRoster<Held>();
  const waiting = createWaitingRoom<Held>(clock, releaseAll);
  let releasing = 0;
  let refilling = false;
  let gateWatched = false;
  const receives = createReceives({
    ...{ queue, clock, logger, visibilitySeconds, random: options.random, room },
    waitSeconds: options.receiveWaitSeconds ?? RECEIVE_WAIT_SECONDS,
    stopping: stopping.signal,
    take: (deliveries) => deliveries.forEach(accept),
    onNoneOpen: endWhenEmpty,
  });

  function room(): Room | undefined {
    if (gate.closed) watchGate();
    if (isClosed()) return undefined;
    return { free: slots - running.size - waiting.size, ahead: pace.ahead() };
  }

  const isClosed = () => gate.closed || protector.closed;

  function watchGate(): void {
    if (gateWatched) return;
    gateWatched = true;
    void gate.opened().then(() => {
      gateWatched = false;
      refill();
    });
  }

  function accept(delivery: Delivery): void {
    const abort = new AbortController();
    const lease = heartbeats.hold(delivery.receiptHandle, () => abort.abort(leaseLost()));
    const held: Held = { delivery, lease, abort, place: 0 };
    if (stopping.signal.aborted) void release(held);
    else if (running.size < slots) void work(held);
    else waiting.add(held);
  }

  async function work(held: Held): Promise<void> {
    running.add(held);
    const end = (await protector.busy()) ? await handle(held) : refuse();
    await held.lease.end();
    await conclude(held.delivery, end);
    running.remove(held);
    startWaiting();
    if (running.size === 0) protector.idle();
    refill();
  }

  function startWaiting(): void {
    // Nobody knows for how long: it is for other tasks.
    if (waiting.size > 0 && isClosed()) releaseAll(waiting.clear());
    while (running.size < slots) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (!next.abort.signal.aborted) void work(next);
    }
  }

  /** Once for all slots that become free in the same moment, so that one receive asks for all of them. */
  function refill(): void {
    if (refilling) return;
    refilling = true;
    void Promise.resolve().then(() => {
      refilling = false;
      receives.fill();
      endWhenEmpty();
    });
  }

  async function handle({ delivery, abort }: Held): Promise<JobEnd> {
    const { body, failedAt, receiveCount } = delivery;
    const origin = { isFirst: receiveCount === 1, ...(failedAt === undefined ? {} : { failedAt }) };
    const from = clock.now();
    try {
      return await options.handle({ body, signal: abort.signal, ...origin });
    } catch (error) {
      return { kind: 'retry', error };
    } finally {
      pace.ended(clock.now() - from);
    }
  }

  /** For another worker: this one takes on nothing until ECS spares it. */
  function refuse(): JobEnd {
    void protector.opened().then(refill);
    return { kind: 'stopped', reason: unprotected() };
  }

  async function conclude(delivery: Delivery, end: JobEnd): Promise<void> {
    const { messageId, receiptHandle, receiveCount } = delivery;
    if (end.kind === 'settled' || end.kind === 'not-a-job') return deletes.add(receiptHandle);
    if (end.kind === 'retry') {
      const seconds = backoffSeconds(receiveCount, options.random);
      logger.warn({ messageId, receiveCount, seconds, error: end.error }, 'job put back after an error');
      return hide(delivery, seconds);
    }
    const code = end.reason instanceof StopReason ? end.reason.code : 'unknown';
    logger.warn({ messageId, receiveCount, code }, 'job stopped');
    // A lost lease is someone else's already.
    if (code !== 'lease-lost') await hide(delivery, 0);
  }

  function releaseAll(all: readonly Held[]): void {
    for (const held of all) void release(held);
  }

  async function release({ delivery, lease, abort }: Held): Promise<void> {
    releasing += 1;
    await lease.end();
    if (!abort.signal.aborted) await hide(delivery, 0);
    releasing -= 1;
    refill();
  }

  /** What cannot be put back comes back by itself, at the end of its lease. */
  async function hide({ messageId, receiptHandle }: Delivery, seconds: number): Promise<void> {
    await queue.changeVisibility(receiptHandle, seconds).catch((error: unknown) => {
      logger.warn({ messageId, error }, 'message not put back');
    });
  }

  function endWhenEmpty(): void {
    if (stopping.signal.aborted && receives.open + running.size + waiting.size + releasing === 0) over.resolve();
  }

  return {
    async run() {
      receives.fill();
      endWhenEmpty();
      await over.promise;
      await deletes.flush();
      stopped.abort();
    },
    drain(budgetMs) {
      if (stopping.signal.aborted) return;
      logger.info({ jobs: running.size, receives: receives.open, budgetMs }, 'draining');
      stopping.abort();
      releaseAll(waiting.clear());
      endWhenEmpty();
      void clock.sleep(budgetMs, stopped.signal).then(() => {
        for (const { abort } of [...running.all]) abort.abort(draining());
      });
    },
  };
}
