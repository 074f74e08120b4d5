import type { Clock } from '../clock.ts';
import { AwsError } from '../http/aws-error.ts';
import type { Received } from './messages.ts';
import type { Queue } from './queues.ts';

export interface ReceiveRequest {
  readonly max: number;
  /** The queue's, as it is when messages are handed out, when undefined: a wait can outlast a change of it. */
  readonly visibilitySeconds: number | undefined;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

export interface LongPollOptions {
  readonly clock: Clock;
  /** Runs looks that may take messages together with other changes; resolves once they are stored. */
  together<Result>(action: () => Result): Promise<Result>;
  take(queue: Queue, max: number, visibilitySeconds: number): Received[];
  /** Whether a look would find something; it may be gone when its turn comes. */
  hasSome(queue: Queue): boolean;
  nextVisibleAt(queue: Queue, after: number): number | undefined;
  /** The queue as it is now; undefined once it is deleted. */
  current(queue: Queue): Queue | undefined;
}

interface Waiter extends ReceiveRequest {
  end(messages: Received[]): void;
}

interface Line {
  readonly waiters: Set<Waiter>;
  /** What has become visible since then may not have been seen, a Unix epoch in milliseconds. */
  lookedAt: number;
  cancelTimer: () => void;
  planned: boolean;
}

export type LongPolls = ReturnType<typeof longPolls>;

/** Receivers that wait for messages: first come, first served, per queue. */
export function longPolls(options: LongPollOptions) {
  const { clock } = options;
  const lines = new Map<number, Line>();

  function lineOf(queue: Queue, lookedAt: number): Line {
    const line = lines.get(queue.id) ?? { waiters: new Set(), lookedAt, cancelTimer: () => {}, planned: false };
    lines.set(queue.id, line);
    return line;
  }

  // Later rather than now: the sender may hold a transaction open, and its other messages come with it.
  function wake(queue: Queue): void {
    const line = lines.get(queue.id);
    if (!line || line.planned) return;
    line.planned = true;
    void options
      .together(() => {
        line.planned = false;
        serve(queue, line);
      })
      // The database is closed, or full: the waiters wait on.
      .catch(() => {
        line.planned = false;
      });
  }

  function serve(queue: Queue, line: Line): void {
    const current = options.current(queue);
    line.lookedAt = justBefore();
    for (const waiter of line.waiters) {
      const messages = current ? takeSilently(current, waiter) : [];
      if (current && messages.length === 0) break;
      waiter.end(messages);
    }
    armTimer(queue, line);
  }

  /** A look sees what is visible at its own millisecond; what becomes so later in that millisecond, it does not. */
  function justBefore(): number {
    return clock.now() - 1;
  }

  function take(queue: Queue, { max, visibilitySeconds }: ReceiveRequest): Received[] {
    return options.take(queue, max, visibilitySeconds ?? queue.settings.visibilitySeconds);
  }

  // With too many in flight, a long poll finds nothing; only a short one is told (docs: quotas of standard queues).
  function takeSilently(queue: Queue, request: ReceiveRequest): Received[] {
    try {
      return take(queue, request);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'OverLimit') return [];
      throw error;
    }
  }

  function armTimer(queue: Queue, line: Line): void {
    line.cancelTimer();
    // Since the last look, not from now on: a timer that is due and not yet called is replaced here.
    const at = line.waiters.size > 0 ? options.nextVisibleAt(queue, line.lookedAt) : undefined;
    line.cancelTimer = at === undefined ? () => {} : clock.after(Math.max(1, at - clock.now()), () => wake(queue));
    if (line.waiters.size === 0 && lines.get(queue.id) === line) lines.delete(queue.id);
  }

  function wait(queue: Queue, request: ReceiveRequest, lookedAt: number): Promise<Received[]> {
    const line = lineOf(queue, lookedAt);
    return new Promise((resolve) => {
      const giveUp = () => {
        waiter.end([]);
        armTimer(queue, line);
      };
      const cancelDeadline = clock.after(request.waitSeconds * 1000, giveUp);
      const waiter: Waiter = {
        ...request,
        end(messages) {
          line.waiters.delete(waiter);
          cancelDeadline();
          request.signal.removeEventListener('abort', giveUp);
          resolve(messages);
        },
      };
      request.signal.addEventListener('abort', giveUp, { once: true });
      line.waiters.add(waiter);
      armTimer(queue, line);
    });
  }

  return {
    wake,
    /** Takes messages now or waits for them. A caller whose signal aborts gets none, and none are taken for it. */
    async receive(queue: Queue, request: ReceiveRequest): Promise<Received[]> {
      if (request.signal.aborted) return [];
      // A caller may leave before its turn comes.
      const look = (takeNow: typeof take) => () => (request.signal.aborted ? [] : takeNow(queue, request));
      if (request.waitSeconds === 0) return options.together(look(take));
      const lookedAt = justBefore();
      if (lines.get(queue.id)?.waiters.size || !options.hasSome(queue)) return wait(queue, request, lookedAt);
      const found = await options.together(look(takeSilently));
      return found.length > 0 || request.signal.aborted ? found : wait(queue, request, lookedAt);
    },
    /** Ends every wait with nothing. */
    stop(): void {
      for (const line of lines.values()) {
        line.cancelTimer();
        for (const waiter of line.waiters) waiter.end([]);
      }
      lines.clear();
    },
  };
}
