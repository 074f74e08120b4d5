import { BATCH_LIMIT, type Delivery, type JobQueue } from '../aws/job-queue.ts';
import { backoffSeconds } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';
import { createDeleteBatches } from './delete-batches.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { JobDelivery, JobEnd } from './job-ports.ts';
import type { Logger } from './processor.ts';
import type { Protector } from './protect.ts';
import { createPulse } from './pulse.ts';
import type { SoloGate } from './solo-gate.ts';
import { draining, leaseLost, StopReason, unprotected } from './stop-reason.ts';

/** What a consumer is made of. */
export interface ConsumerOptions {
  readonly queue: JobQueue;
  handle(delivery: JobDelivery): Promise<JobEnd>;
  /** Whether nothing new should be taken on for now. */
  readonly gate: Pick<SoloGate, 'closed' | 'opened'>;
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

/**
 * The wait of one receive. SQS would wait up to 20 s, but a receive must never be aborted (its messages would stay hidden
 * for a whole lease), and a drain has to sit it out: an idle task ends within two seconds. That costs 3,600 requests for
 * each hour in which a task has nothing to do, less than a hundredth of the task itself.
 */
const RECEIVE_WAIT_SECONDS = 1;

/** Receives that are open at once: each takes up to 10 messages, so this fills any sensible number of slots. */
const MAX_RECEIVES = 8;

/**
 * A consumer whose slots are refilled one by one: receives ask for as many messages as there are free slots, several may
 * be open, and deletes are gathered without anybody waiting for them.
 */
export function createConsumer(options: ConsumerOptions): Consumer {
  const { queue, gate, protector, clock, logger, slots, visibilitySeconds } = options;
  const waitSeconds = options.receiveWaitSeconds ?? RECEIVE_WAIT_SECONDS;
  const deletes = createDeleteBatches(queue, { clock, logger });
  const pulse = createPulse();
  const running = new Set<AbortController>();
  const stopping = new AbortController();
  const stopped = new AbortController();
  let receives = 0;
  let expected = 0;
  let failures = 0;

  async function receive(max: number): Promise<void> {
    receives += 1;
    expected += max;
    try {
      const deliveries = await queue.receive({ max, waitSeconds, visibilitySeconds });
      failures = 0;
      for (const delivery of deliveries) void (stopping.signal.aborted ? release(delivery) : work(delivery));
    } catch (error) {
      failures += 1;
      logger.warn({ error, failures }, 'receive failed');
      await clock.sleep(Math.min(20, backoffSeconds(failures, options.random)) * 1000, stopping.signal);
    }
    receives -= 1;
    expected -= max;
    pulse.beat();
  }

  async function work(delivery: Delivery): Promise<void> {
    const abort = new AbortController();
    running.add(abort);
    const { receiptHandle } = delivery;
    const onLost = () => abort.abort(leaseLost());
    const heartbeat = startHeartbeat({ queue, receiptHandle, visibilitySeconds, clock, logger, onLost });
    const end = (await protector.busy()) ? await handle(delivery, abort.signal) : refuse();
    await heartbeat.stop();
    await conclude(delivery, end);
    running.delete(abort);
    if (running.size === 0) protector.idle();
    pulse.beat();
  }

  function handle({ body, failedAt }: Delivery, signal: AbortSignal): Promise<JobEnd> {
    return options
      .handle({ body, signal, ...(failedAt === undefined ? {} : { failedAt }) })
      .catch((error: unknown): JobEnd => ({ kind: 'retry', error }));
  }

  /** For another worker: this one takes on nothing until ECS spares it. */
  function refuse(): JobEnd {
    void protector.opened().then(() => pulse.beat());
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

  async function release(delivery: Delivery): Promise<void> {
    const own = new AbortController();
    running.add(own);
    await hide(delivery, 0);
    running.delete(own);
    pulse.beat();
  }

  /** What cannot be put back comes back by itself, at the end of its lease. */
  async function hide({ messageId, receiptHandle }: Delivery, seconds: number): Promise<void> {
    await queue.changeVisibility(receiptHandle, seconds).catch((error: unknown) => {
      logger.warn({ messageId, error }, 'message not put back');
    });
  }

  return {
    async run() {
      while (!stopping.signal.aborted) {
        const free = gate.closed || protector.closed ? 0 : slots - running.size - expected;
        if (free > 0 && receives < MAX_RECEIVES) void receive(Math.min(BATCH_LIMIT, free));
        else await Promise.race([pulse.next(), ...(gate.closed ? [gate.opened()] : [])]);
      }
      while (receives > 0 || running.size > 0) await pulse.next();
      await deletes.flush();
      stopped.abort();
    },
    drain(budgetMs) {
      if (stopping.signal.aborted) return;
      logger.info({ jobs: running.size, receives, budgetMs }, 'draining');
      stopping.abort();
      pulse.beat();
      void clock.sleep(budgetMs, stopped.signal).then(() => {
        for (const abort of running) abort.abort(draining());
      });
    },
  };
}
