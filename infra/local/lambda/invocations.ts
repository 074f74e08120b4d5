import { type Clock, sleep } from '../clock.ts';
import { AwsError, toAwsError } from '../http/aws-error.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { FunctionLog } from './function-log.ts';
import type { RunEnd } from './function-metrics.ts';
import { endLines, errorLine, startLine } from './log-lines.ts';
import type { FunctionAnswer, InvokeFunction } from './offline-invoker.ts';

/** What came of one run of a function. */
export interface InvocationResult extends FunctionAnswer {
  /** The last 4 KiB of what the invocation logged. */
  readonly logTail: string;
}

/** Runs functions, within their concurrency, with their log lines. */
export interface Invocations {
  /**
   * Runs a function once. Throws TooManyRequestsException when its concurrency is spent, ServiceException when its code
   * could not be run; an error of the function itself is part of the result.
   */
  run(definition: FunctionDefinition, requestId: string, payload: string): Promise<InvocationResult>;
  /** Waits up to `boundMs` for what runs, then aborts it. */
  stop(boundMs: number): Promise<void>;
}

// The default quota of an account: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const ACCOUNT_CONCURRENCY = 1_000;

export interface InvocationsOptions {
  readonly clock: Clock;
  readonly log: FunctionLog;
  readonly invokeFunction: InvokeFunction;
  /** Whether a call that is broken off is made again, or set aside: one that nobody would miss is not waited for. */
  isMissed?(definition: FunctionDefinition): boolean;
  /** Told of the end of every call, until the stop. */
  onEnd?(functionName: string, end: RunEnd, milliseconds: number): void;
}

/** Runs functions through `invokeFunction`, counting what runs. */
export function invocations(options: InvocationsOptions): Invocations {
  const { clock, log } = options;
  const running = new Map<string, Set<Promise<unknown>>>();
  const stopping = new AbortController();
  const aborting = new AbortController();

  function signalOf(definition: FunctionDefinition): AbortSignal {
    const missed = options.isMissed?.(definition) ?? true;
    return missed ? aborting.signal : AbortSignal.any([aborting.signal, stopping.signal]);
  }

  async function invoke(definition: FunctionDefinition, requestId: string, payload: string): Promise<InvocationResult> {
    const tail = log.tail(definition);
    log.append(definition, startLine(definition, requestId, clock.now()));
    const startedAt = performance.now();
    const signal = signalOf(definition);
    let answer: FunctionAnswer | undefined;
    try {
      answer = await options.invokeFunction(definition.name, payload, signal);
      if (answer.functionError) log.append(definition, errorLine(requestId, clock.now(), answer.payload));
    } catch (error) {
      // Broken off by the stop: as if there had been no room for it.
      throw signal.aborted ? throttled() : unreachable(error);
    } finally {
      // After stop nobody reads the log any more, and its database may be closed.
      if (!signal.aborted) {
        const failed = answer === undefined || answer.functionError !== undefined;
        const milliseconds = performance.now() - startedAt;
        const lines = endLines(definition, requestId, clock.now(), milliseconds, failed);
        for (const line of lines) log.append(definition, line);
        options.onEnd?.(definition.name, failed ? 'error' : 'done', milliseconds);
      }
      tail.close();
    }
    return { ...answer, logTail: tail.text() };
  }

  return {
    async run(definition, requestId, payload) {
      const active = running.get(definition.name) ?? new Set();
      running.set(definition.name, active);
      if (active.size >= (definition.reservedConcurrency ?? ACCOUNT_CONCURRENCY)) {
        options.onEnd?.(definition.name, 'throttled', 0);
        throw throttled();
      }
      const run = invoke(definition, requestId, payload);
      active.add(run);
      try {
        return await run;
      } finally {
        active.delete(run);
      }
    },
    async stop(boundMs) {
      stopping.abort();
      const all = [...running.values()].flatMap((runs) => [...runs]);
      const over = new AbortController();
      void Promise.allSettled(all).then(() => over.abort());
      if (all.length > 0) await sleep(clock, boundMs, over.signal);
      aborting.abort();
    },
  };
}

function throttled(): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    Type: 'User',
  });
}

/** The code could not be run: for the caller that is a fault of the service, which is worth a retry. */
function unreachable(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const { message } = toAwsError(error);
  const wrapped = new AwsError('ServiceException', message, 500, { Type: 'Service' });
  wrapped.cause = error;
  return wrapped;
}
