import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, transaction } from '../../../infra/local/database.ts';
import type { Queue } from '../../../infra/local/sqs/queues.ts';
import { readReceiptHandle } from '../../../infra/local/sqs/receipt-handle.ts';
import { type SqsStore, sqsStore } from '../../../infra/local/sqs/store.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** SQS's store on a temporary database and a clock that the test moves. */
export function sqsFixture(options: { maxInFlight?: number } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sqs-'));
  const clock = manualClock();
  let database = openDatabase(directory);
  const open = () => sqsStore({ database, clock, region: 'us-east-1', ...options });
  const fixture = {
    clock,
    store: open(),
    queue: (name: string, attributes: Record<string, string> = {}): Queue =>
      fixture.store.queues.create(name, attributes, {}),
    send: (queue: Queue, ...bodies: string[]) =>
      fixture.store.messages.send(
        queue,
        bodies.map((body) => ({ body })),
        'sender',
      ),
    /** What a short poll finds. */
    take: (queue: Queue, max = 10, visibilitySeconds = 30) =>
      fixture.store.messages.take(current(fixture.store, queue), max, visibilitySeconds),
    receive: (queue: Queue, waitSeconds: number, signal = new AbortController().signal, max = 10) =>
      fixture.store.polls.receive(queue, { max, waitSeconds, visibilitySeconds: 30, signal }),
    /** Deletes what a handle stands for. */
    remove: (queue: Queue, handle: string) => fixture.store.messages.remove(queue, [readReceiptHandle(queue, handle)]),
    counts: (queue: Queue) => fixture.store.messages.counts(current(fixture.store, queue)),
    transact: (action: () => void) => transaction(database, action),
    /** As after a crash: a new store on the same database. */
    restart(): void {
      database.close();
      database = openDatabase(directory);
      fixture.store = open();
    },
    close(): void {
      fixture.store.polls.stop();
      fixture.store.moves.stop();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return fixture;
}

export type SqsFixture = ReturnType<typeof sqsFixture>;

export function bodies(received: readonly { row: { body: string } }[]): string[] {
  return received.map(({ row }) => row.body);
}

function current(store: SqsStore, queue: Queue): Queue {
  return store.queues.byName(queue.name);
}
