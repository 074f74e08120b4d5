import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { sleep } from '../clock.ts';
import { type DurableQueueStore, durableQueueStore, type NewItem, type QueuedItem } from './durable-queue-store.ts';

/** What becomes of an item after a run: it leaves (and others may take its place, in one step), or it is due again. */
export type Verdict =
  | { readonly kind: 'done'; readonly follow?: readonly NewItem[] }
  | { readonly kind: 'retry'; readonly dueAt: number; readonly attempts: number; readonly body?: string };

/** What a durable queue is composed of. */
export interface DurableQueueOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Name of the table, `<service>_<noun>`. */
  readonly table: string;
  /** How many items of one lane run at once. Lanes do not wait for one another. */
  laneLimit(lane: string): number;
  run(item: QueuedItem, signal: AbortSignal): Promise<Verdict>;
}

/** Work that was accepted and must happen, whatever happens to this process: at least once, retried as `run` decides. */
export interface DurableQueue {
  /** Stores the items before it returns, in the caller's transaction if there is one. Runs follow on their own. */
  add(items: readonly NewItem[]): void;
  start(): void;
  /** Begins nothing more, waits up to `boundMs` for what runs, then aborts it; unfinished items run again next time. */
  stop(boundMs: number): Promise<void>;
  /** How many items are waiting or running. */
  size(): number;
}

const UNEXPECTED_RETRY_MS = 5_000;

/** Opens a durable queue; nothing runs until it is started. */
export function durableQueue(options: DurableQueueOptions): DurableQueue {
  const { clock } = options;
  const store = durableQueueStore(options.database, options.table);
  const active = new Map<string, Set<string>>();
  const runs = new Set<Promise<void>>();
  const aborting = new AbortController();
  let state: 'new' | 'started' | 'stopping' | 'stopped' = 'new';
  let dispatchPlanned = false;
  let cancelTimer = () => {};

  // Later rather than now: the caller may hold a transaction open, and rows count only once it has committed.
  function planDispatch(): void {
    if (dispatchPlanned || state !== 'started') return;
    dispatchPlanned = true;
    setImmediate(() => {
      dispatchPlanned = false;
      if (state === 'started') dispatch();
    });
  }

  function dispatch(): void {
    const now = clock.now();
    for (const lane of store.dueLanes(now)) startDue(lane, now);
    armTimer(now);
  }

  function startDue(lane: string, now: number): void {
    const running = active.get(lane) ?? new Set<string>();
    const limit = options.laneLimit(lane);
    if (running.size >= limit) return;
    active.set(lane, running);
    for (const item of store.due(lane, now, limit)) {
      if (running.size >= limit) return;
      if (!running.has(item.id)) begin(item, running);
    }
  }

  function begin(item: QueuedItem, running: Set<string>): void {
    running.add(item.id);
    const run = options
      .run(item, aborting.signal)
      .catch((): Verdict => retryOfUnexpected(clock, item))
      .then((verdict) => {
        if (state !== 'stopped') settle(store, item, verdict, clock.now());
      })
      .finally(() => {
        running.delete(item.id);
        if (running.size === 0) active.delete(item.lane);
        runs.delete(run);
        planDispatch();
      });
    runs.add(run);
  }

  function armTimer(now: number): void {
    cancelTimer();
    const next = store.nextDue(now);
    cancelTimer = next === undefined ? () => {} : clock.after(Math.max(1, next - now), planDispatch);
  }

  return {
    add(items) {
      store.insert(
        items.map((item) => ({ ...item, id: item.id ?? randomUUID() })),
        clock.now(),
      );
      planDispatch();
    },
    start() {
      if (state !== 'new') return;
      state = 'started';
      planDispatch();
    },
    async stop(boundMs) {
      if (state === 'stopped') return;
      state = 'stopping';
      cancelTimer();
      if (runs.size > 0) await Promise.race([Promise.allSettled(runs), wallBound(clock, boundMs, runs)]);
      state = 'stopped';
      aborting.abort();
    },
    size: () => store.size(),
  };
}

/** Resolves after the bound, and leaves no timer behind when the runs are over before. */
async function wallBound(clock: Clock, boundMs: number, runs: ReadonlySet<Promise<void>>): Promise<void> {
  const over = new AbortController();
  void Promise.allSettled(runs).then(() => over.abort());
  await sleep(clock, boundMs, over.signal);
}

function retryOfUnexpected(clock: Clock, item: QueuedItem): Verdict {
  return { kind: 'retry', dueAt: clock.now() + UNEXPECTED_RETRY_MS, attempts: item.attempts + 1 };
}

function settle(store: DurableQueueStore, item: QueuedItem, verdict: Verdict, now: number): void {
  if (verdict.kind === 'retry') {
    store.postpone(item.id, verdict.dueAt, verdict.attempts, verdict.body ?? item.body);
    return;
  }
  const follow = (verdict.follow ?? []).map((next) => ({ ...next, id: next.id ?? randomUUID() }));
  store.replace(item.id, follow, now);
}
