import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';

/** How a service answers one request: once, now or later, or never. */
export interface Reply {
  ok(answer: unknown): void;
  fail(error: Error): void;
}

/** One service of AWS, as it is behind the network. */
export type Serve = (command: object, reply: Reply) => void;

/** Killed by somebody, or ended by an error that nothing caught. */
export type StrikeKind = 'killed' | 'exit';

/** What a process that calls AWS is to the network. */
export interface Caller {
  /** What it is, as its requests are counted. */
  readonly kind: 'worker' | 'sweep' | 'function';
  readonly life: Life;
  /** What becomes of it when a fault strikes in the middle of a call. */
  strike(kind: StrikeKind): void;
}

/** A client of the SDK, as far as Slipway uses one. */
export interface Client {
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** An error as the SDK throws it, but for its stack: there are too many of them. */
export function awsError(name: string, status: number | undefined, message = name): Error {
  const $metadata = status === undefined ? {} : { httpStatusCode: status };
  return Object.assign(Object.create(Error.prototype) as Error, { name, message, $metadata });
}

/** The client's word for an answer that did not come in time. */
export const noAnswer = () => awsError('TimeoutError', undefined);

/** As the clients of Slipway are configured. */
const ATTEMPTS = 4;
/** What a caller waits for an answer that does not come. */
export const PATIENCE_MS = 15_000;

/**
 * The network between a process and a service, with the SDK's retries on its near side: a request takes time, the process
 * may die before it leaves, while it is served, or before its answer is back.
 */
export function createClient(
  caller: Caller,
  serve: Serve,
  { scheduler, chance, faults }: { scheduler: Scheduler; chance: Chance; faults: Faults },
): Client {
  const { life } = caller;

  function attempt(command: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      struck();
      if (!life.alive) return;
      const reply: Reply = {
        ok: (answer) => back(() => resolve(answer)),
        fail: (error) => back(() => reject(error)),
      };
      scheduler.after(chance.between(2, 25), () => {
        // What has left the machine arrives, though nobody waits for the answer any more.
        if (life.alive || chance.hit(0.5)) serve(command, reply);
      });
    });
  }

  function struck(): void {
    if (life.alive && faults.draw('worker.killed-at-call')) caller.strike('killed');
    if (life.alive && faults.draw('worker.exit-at-call')) caller.strike('exit');
  }

  function back(action: () => void): void {
    struck();
    if (life.alive && faults.draw('worker.stalled')) life.stall(chance.between(20_000, 400_000));
    scheduler.after(chance.between(2, 25), () => life.resume(action));
  }

  return {
    async send(command, { abortSignal } = {}) {
      for (let count = 1; ; count += 1) {
        if (abortSignal?.aborted) throw awsError('AbortError', undefined);
        try {
          return await attempt(command);
        } catch (error) {
          if (count >= ATTEMPTS || !isRetried(error)) throw error;
          await life.clock.sleep(chance.between(0, 100 * 2 ** count), abortSignal);
        }
      }
    },
  };
}

/** What the SDK's standard mode sends again. */
function isRetried(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return name === 'TimeoutError' || name === 'ThrottlingException' || status >= 500 || status === 429;
}
