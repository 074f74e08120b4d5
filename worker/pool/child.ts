import { type ChildProcess, fork } from 'node:child_process';
import { OUT_OF_MEMORY, PROCESSOR_KILLED } from '../../core/attempts.ts';
import type { Clock } from '../../core/clock.ts';
import { PermanentError } from '../../core/errors.ts';
import type { ProcessorOrder, Product } from '../job-ports.ts';
import { ProcessorError } from '../processor-error.ts';
import { offerToKernel, watchMemory } from './child-memory.ts';
import { type FromChild, fromChildSchema, type ToChild } from './protocol.ts';

/** How processes are started, and what each job of theirs may take. */
export interface ChildOptions {
  readonly clock: Clock;
  /** The program's file; it is started with the argument `processor`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly memoryMiB: number;
}

/** One process that runs one job at a time. */
export interface Child {
  /** False once it has ended, or was told to. */
  readonly usable: boolean;
  readonly jobs: number;
  run(order: ProcessorOrder): Promise<Product>;
  /** Ends it and resolves when it has ended. */
  end(): Promise<void>;
}

/** From the request to stop to SIGKILL. */
const ABORT_GRACE_MS = 500;

/** Starts a process. It has no keys to AWS, and nothing that it does can end the worker. */
export function startChild(options: ChildOptions): Child {
  const process = fork(options.entry, ['processor'], {
    env: { ...options.environment },
    execArgv: [`--max-old-space-size=${options.memoryMiB}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let ended: ProcessorError | undefined;
  let ending = false;
  let jobs = 0;
  const exit = new Promise<ProcessorError>((resolve) => {
    const close = (error: ProcessorError) => {
      ended ??= error;
      resolve(ended);
    };
    process.once('exit', (code, signal) => close(exitError(code, signal)));
    process.once('error', (cause) => {
      close(new ProcessorError('processor-crashed', 'The processor could not be started or reached.', { cause }));
      process.kill('SIGKILL');
    });
  });
  if (process.pid !== undefined) void offerToKernel(process.pid);

  return {
    get usable() {
      return ended === undefined && !ending;
    },
    get jobs() {
      return jobs;
    },
    async run(order) {
      jobs += 1;
      const result = await runOnce(process, exit, order, options);
      ending ||= result.spent;
      if (result.spent) process.kill('SIGKILL');
      if (result.product === undefined) throw result.error;
      return result.product;
    },
    async end() {
      ending = true;
      process.kill('SIGKILL');
      await exit;
    },
  };
}

/** `spent`: the process is not to be used again. */
type RunResult =
  | { readonly spent: false; readonly product: Product }
  | { readonly spent: boolean; readonly product?: undefined; readonly error: unknown };

async function runOnce(
  process: ChildProcess,
  exit: Promise<ProcessorError>,
  order: ProcessorOrder,
  { clock, deadlineMs, memoryMiB }: ChildOptions,
): Promise<RunResult> {
  const over = new AbortController();
  /** Why the process is being stopped; comes before what its end looks like. */
  let cause: unknown;
  const stop = (error: unknown, graceMs: number) => {
    if (cause !== undefined || over.signal.aborted) return;
    cause = error;
    if (graceMs > 0) send(process, { type: 'abort', reason: String(error) });
    void clock.sleep(graceMs, over.signal).then(() => over.signal.aborted || process.kill('SIGKILL'));
  };
  const onAbort = () => stop(order.signal.reason, ABORT_GRACE_MS);
  order.signal.addEventListener('abort', onAbort, { once: true });
  void clock.sleep(deadlineMs, over.signal).then(() => stop(deadlineError(deadlineMs), ABORT_GRACE_MS));
  void watchMemory(process.pid ?? 0, memoryMiB, {
    clock,
    signal: over.signal,
    onExceeded: (mib) => stop(memoryError(mib, memoryMiB), 0),
  });
  try {
    if (order.signal.aborted) return { spent: false, error: order.signal.reason };
    const answer = nextAnswer(process, over.signal);
    send(process, requestOf(order));
    const result = await Promise.race([answer, exit]);
    if (cause !== undefined) return { spent: true, error: cause };
    if (result instanceof ProcessorError) return { spent: true, error: result };
    return readAnswer(result);
  } finally {
    over.abort();
    order.signal.removeEventListener('abort', onAbort);
  }
}

/** The first answer to the order; never settles when the process ends without one. */
function nextAnswer(process: ChildProcess, signal: AbortSignal): Promise<FromChild | ProcessorError> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const parsed = fromChildSchema.safeParse(message);
      if (parsed.data?.type === 'ready') return;
      const what = parsed.error?.issues[0]?.message ?? 'not valid';
      resolve(
        parsed.data ?? new ProcessorError('bad-answer', `The processor answered what is not understood: ${what}.`),
      );
    };
    process.on('message', onMessage);
    signal.addEventListener('abort', () => process.off('message', onMessage), { once: true });
  });
}

function readAnswer(answer: FromChild): RunResult {
  if (answer.type === 'done') return { spent: false, product: answer };
  if (answer.type === 'ready')
    return { spent: true, error: new ProcessorError('bad-answer', 'The processor said nothing.') };
  const { permanent, code, message } = answer;
  return { spent: false, error: permanent ? new PermanentError(code, message) : new ProcessorError(code, message) };
}

function requestOf({ jobId, attempt, source, directory }: ProcessorOrder): ToChild {
  const { key, type, size, path } = source;
  return {
    type: 'run',
    jobId,
    attempt,
    source: { key, size, path, ...(type === undefined ? {} : { type }) },
    directory,
  };
}

/** A process that is gone makes its exit known; a failing send says nothing new. */
function send(process: ChildProcess, message: ToChild): void {
  if (process.connected) process.send(message, () => undefined);
}

function deadlineError(deadlineMs: number): ProcessorError {
  return new ProcessorError('deadline', `The work took longer than ${deadlineMs / 1000} s.`);
}

function memoryError(mib: number, limitMiB: number): ProcessorError {
  return new ProcessorError(OUT_OF_MEMORY, `The processor took ${mib} MiB of memory; it may take ${limitMiB} MiB.`);
}

function exitError(code: number | null, signal: NodeJS.Signals | null): ProcessorError {
  if (signal === 'SIGKILL') {
    return new ProcessorError(PROCESSOR_KILLED, 'The processor was killed from outside, likely for the task’s memory.');
  }
  // V8 aborts when its own heap is full.
  if (signal === 'SIGABRT') return new ProcessorError(OUT_OF_MEMORY, 'The processor ran out of heap memory.');
  return new ProcessorError('processor-crashed', `The processor ended with ${signal ?? `exit code ${code}`}.`);
}
