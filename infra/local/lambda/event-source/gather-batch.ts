import type { Clock } from '../../clock.ts';
import type { SqsMessage, SqsPort } from './sqs-port.ts';

/** Where a batch comes from and when it is complete. */
export interface GatherOptions {
  readonly sqs: SqsPort;
  readonly clock: Clock;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly signal: AbortSignal;
}

const MAX_RECEIVE = 10;
const MAX_WAIT_SECONDS = 20;

/**
 * One batch: what a receive gives or, with a batching window, what comes until the batch is full or the window over. The
 * window opens with the first message. Empty when nothing came within a long poll.
 */
export async function gatherBatch(options: GatherOptions): Promise<SqsMessage[]> {
  const { batchSize, windowSeconds, clock, signal } = options;
  const batch = await receive(options, batchSize, MAX_WAIT_SECONDS, signal);
  if (batch.length === 0 || batch.length >= batchSize || windowSeconds === 0) return batch;
  const closing = new AbortController();
  const closesAt = clock.now() + windowSeconds * 1000;
  const cancel = clock.after(windowSeconds * 1000, () => closing.abort());
  const either = AbortSignal.any([signal, closing.signal]);
  while (batch.length < batchSize && !either.aborted && clock.now() < closesAt) {
    const waitSeconds = Math.min(MAX_WAIT_SECONDS, Math.ceil((closesAt - clock.now()) / 1000));
    batch.push(...(await receive(options, batchSize - batch.length, waitSeconds, either)));
  }
  cancel();
  return batch;
}

async function receive(
  options: GatherOptions,
  wanted: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<SqsMessage[]> {
  try {
    const max = Math.min(MAX_RECEIVE, wanted);
    return [...(await options.sqs.receive(options.queueArn, { max, waitSeconds, signal }))];
  } catch (error) {
    // An end of the wait is no failure, whichever way the queue says it.
    if (signal.aborted) return [];
    throw error;
  }
}
