import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { groupCommit } from '../group-commit.ts';
import { longPolls } from './long-polls.ts';
import { MAX_IN_FLIGHT, messageStore } from './messages.ts';
import { moveTaskStore } from './move-task-store.ts';
import { moveTasks } from './move-tasks.ts';
import { type Queue, queueStore } from './queues.ts';
import { createTables } from './schema.ts';
import { sqsError } from './sqs-error.ts';

export interface SqsStoreOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly region: string;
  /** Smaller in tests. */
  readonly maxInFlight?: number;
}

/** All of SQS's state and rules. */
export type SqsStore = ReturnType<typeof sqsStore>;

const PURGE_PAUSE_MS = 60_000;

export function sqsStore(options: SqsStoreOptions) {
  const { database, clock, region } = options;
  createTables(database);
  const queues = queueStore(database, clock, region);
  const messages = messageStore({
    database,
    clock,
    queues,
    onVisible: (queue) => polls.wake(queue),
    maxInFlight: options.maxInFlight ?? MAX_IN_FLIGHT,
  });
  const commits = groupCommit(database, messages.reload);
  const polls = longPolls({
    clock,
    together: commits.run,
    take: messages.take,
    hasSome: messages.hasSome,
    nextVisibleAt: messages.nextVisibleAt,
    current: (queue) => {
      const found = queues.find(queue.name);
      return found?.id === queue.id ? found : undefined;
    },
  });
  const moves = moveTasks({ clock, queues, messages, store: moveTaskStore(database) });
  const purgedAt = new Map<number, number>();

  return {
    clock,
    queues,
    messages,
    /** Runs a change together with those of other callers; an answer that tells of it has to wait for it. */
    change: commits.run,
    polls,
    moves,
    deleteQueue(queue: Queue): void {
      queues.delete(queue);
      messages.purge(queue);
      polls.wake(queue);
    },
    /** Empties a queue; once in 60 seconds, as SQS does. */
    purgeQueue(queue: Queue): void {
      const now = clock.now();
      if (now < (purgedAt.get(queue.id) ?? Number.NEGATIVE_INFINITY) + PURGE_PAUSE_MS) {
        const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
        throw sqsError('PurgeQueueInProgress', message);
      }
      purgedAt.set(queue.id, now);
      messages.purge(queue);
    },
  };
}
