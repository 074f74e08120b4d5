import type { EventInvokeConfig } from './function-definition.ts';

/** What follows on one try of an asynchronous invocation. */
export type AsyncVerdict =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly condition: 'RetriesExhausted' | 'EventAgeExceeded' };

/** One try of an asynchronous invocation. */
export interface AsyncTry {
  /** How the try ended: the function succeeded, it threw, or it could not be run (throttled, or a fault of the service). */
  readonly ended: 'succeeded' | 'function-error' | 'not-run';
  /** Runs of the function for this event, this one included. */
  readonly invokes: number;
  /** Tries since the function was last run. */
  readonly notRun: number;
  readonly ageMs: number;
}

const FIRST_RETRY_MS = 60_000;
const SECOND_RETRY_MS = 120_000;
const LONGEST_BACKOFF_MS = 300_000;

/**
 * Lambda's rules: an error of the function is retried after one minute and then after two; a throttle or a fault after 1 s,
 * doubling up to 5 minutes, as often as the event's age allows.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function decideAsync(
  attempt: AsyncTry,
  config: Pick<EventInvokeConfig, 'maximumRetryAttempts' | 'maximumEventAgeInSeconds'>,
): AsyncVerdict {
  if (attempt.ended === 'succeeded') return { kind: 'succeeded' };
  const leftMs = config.maximumEventAgeInSeconds * 1000 - attempt.ageMs;
  if (attempt.ended === 'not-run') {
    if (leftMs <= 0) return { kind: 'failed', condition: 'EventAgeExceeded' };
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, 1000 * 2 ** Math.min(attempt.notRun, 20));
    return { kind: 'retry', afterMs: Math.min(backoffMs, leftMs) };
  }
  if (attempt.invokes > config.maximumRetryAttempts) return { kind: 'failed', condition: 'RetriesExhausted' };
  const afterMs = attempt.invokes === 1 ? FIRST_RETRY_MS : SECOND_RETRY_MS;
  return afterMs > leftMs ? { kind: 'failed', condition: 'EventAgeExceeded' } : { kind: 'retry', afterMs };
}
