import { type ChildProcess, fork } from 'node:child_process';
import type { Clock } from '../../core/clock.ts';
import { SlipwayError } from '../../core/errors.ts';
import { fromSharerSchema, type ToSharer } from './protocol.ts';
import type { ShareFile, ShareOrder } from './share-file.ts';

export interface SharerOptions {
  readonly clock: Clock;
  /** The program's file; it is started with the argument `share`. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What a file system that works may take for an empty file, milliseconds. */
  readonly stallMs?: number;
  /** Milliseconds without work after which the process ends: an idle task should be small. */
  readonly idleMs?: number;
}

/** Writes to the shared file system from a process of its own. */
export interface Sharer {
  readonly share: ShareFile;
  close(): void;
}

const STALL_MS = 60_000;
const IDLE_MS = 30_000;
/** The slowest that is still taken for progress, per second. */
const LEAST_BYTES_PER_MS = 2 ** 20 / 1_000;
const HEAP_MIB = 64;
/** NFS waits in Node's pool of threads; as many files at once as this. */
const THREADS = 16;

/**
 * A network file system that does not answer holds whoever asks it, in a state in which not even SIGKILL ends a process,
 * and four such calls take all the threads that Node has for files and names. So the calls are made in a child: when it
 * is late its orders fail, to be tried again, and the next one goes to a new child.
 */
export function createSharer(options: SharerOptions): Sharer {
  const { clock, stallMs = STALL_MS, idleMs = IDLE_MS } = options;
  let child: ShareChild | undefined;
  let resting: AbortController | undefined;

  async function share(order: ShareOrder): Promise<void> {
    resting?.abort();
    if (child === undefined || child.ended) child = startShareChild(options);
    const own = child;
    const over = new AbortController();
    void clock.sleep(stallMs + order.bytes / LEAST_BYTES_PER_MS, over.signal).then(() => {
      if (!over.signal.aborted) own.end(stalled());
    });
    try {
      await own.send(order);
    } finally {
      over.abort();
      if (own.idle && own === child) rest(own);
    }
  }

  function rest(idle: ShareChild): void {
    // Of two orders that end in the same moment both find it idle.
    resting?.abort();
    const own = new AbortController();
    resting = own;
    void clock.sleep(idleMs, own.signal).then(() => own.signal.aborted || idle.end(stopped()));
  }

  return {
    share,
    close() {
      resting?.abort();
      child?.end(stopped());
    },
  };
}

interface ShareChild {
  readonly ended: boolean;
  readonly idle: boolean;
  send(order: ShareOrder): Promise<void>;
  /** Gives it up at once, dead or not; what it was at fails with `error`. */
  end(error: SlipwayError): void;
}

function startShareChild({ entry, environment }: SharerOptions): ShareChild {
  const process: ChildProcess = fork(entry, ['share'], {
    env: { ...environment, UV_THREADPOOL_SIZE: String(THREADS) },
    execArgv: [`--max-old-space-size=${HEAP_MIB}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, PromiseWithResolvers<void>>();
  let ended = false;
  let orders = 0;

  function end(error: SlipwayError): void {
    ended = true;
    process.kill('SIGKILL');
    // It may never die, and must not keep the worker from ending.
    process.unref();
    if (process.connected) process.disconnect();
    for (const { reject } of open.values()) reject(error);
    open.clear();
  }

  process.once('exit', (code, signal) => end(gone(signal ?? `exit code ${code}`)));
  process.once('error', (cause) => end(gone(cause.message)));
  process.on('message', (message) => {
    const { id, error } = fromSharerSchema.parse(message);
    const order = open.get(id);
    open.delete(id);
    if (error === undefined) order?.resolve();
    else order?.reject(new SlipwayError('file-system', `${error.code}: ${error.message}`, { retryable: true }));
  });

  return {
    get ended() {
      return ended;
    },
    get idle() {
      return open.size === 0;
    },
    send(order) {
      const id = ++orders;
      const answered = Promise.withResolvers<void>();
      open.set(id, answered);
      const message: ToSharer = { ...order, id };
      // A process that is gone makes its exit known.
      process.send(message, () => undefined);
      return answered.promise;
    },
    end,
  };
}

const stalled = () =>
  new SlipwayError('file-system-stalled', 'The shared file system does not answer.', { retryable: true });
const stopped = () => new SlipwayError('stopped', 'The worker stops.', { retryable: true });
const gone = (how: string) =>
  new SlipwayError('file-system', `The process that writes to the shared file system ended with ${how}.`, {
    retryable: true,
  });
