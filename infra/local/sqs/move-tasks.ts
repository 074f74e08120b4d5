import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { MessageRow } from './message-rows.ts';
import type { Messages } from './messages.ts';
import type { MoveTask, MoveTaskStore } from './move-task-store.ts';
import type { Queue, Queues } from './queues.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

export type MoveTasks = ReturnType<typeof moveTasks>;

/** SQS's fastest rate, in messages per second; also what it takes here when the caller sets none. */
export const MAX_MOVE_RATE = 500;
const STEPS_PER_SECOND = 10;

/** Redrive: moves what lies in a dead-letter queue back, at a rate, and goes on after a restart. */
export function moveTasks(options: {
  readonly clock: Clock;
  readonly queues: Queues;
  readonly messages: Messages;
  readonly store: MoveTaskStore;
}) {
  const { clock, queues, messages, store } = options;
  const timers = new Map<string, () => void>();

  function schedule(id: string, milliseconds: number): void {
    timers.get(id)?.();
    timers.set(
      id,
      clock.after(milliseconds, () => step(id)),
    );
  }

  /** One part of a second's worth of messages; slower rates than ten a second take longer steps instead. */
  function step(id: string): void {
    timers.delete(id);
    const task = store.find(id);
    if (task?.status !== 'RUNNING') return;
    const source = queues.byArn(task.source);
    if (!source) {
      store.end(id, 'FAILED', 'AWS.SimpleQueueService.NonExistentQueue');
      return;
    }
    const rate = task.rate ?? MAX_MOVE_RATE;
    const size = Math.max(1, Math.floor(rate / STEPS_PER_SECOND));
    const rows = messages.movable(source, task.last_sequence, size);
    const failure = move(task, rows);
    if (failure) store.end(id, 'FAILED', failure);
    else if (rows.length < size) store.end(id, 'COMPLETED');
    else schedule(id, (size / rate) * 1000);
  }

  function move(task: MoveTask, rows: readonly MessageRow[]): string | undefined {
    const moves: { row: MessageRow; to: Queue }[] = [];
    let failure: string | undefined;
    for (const row of rows) {
      const target = task.destination ?? row.dead_letter_source;
      const to = target === null ? undefined : queues.byArn(target);
      if (to) moves.push({ row, to });
      else failure ??= target === null ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
    }
    messages.resend(moves, () => store.advance(task.id, moves.length));
    return failure;
  }

  function checkStart(sourceArn: string, destinationArn: string | undefined): Queue {
    const source = queues.byArn(sourceArn);
    if (!source) throw notFound('SourceArn');
    if (queues.sourcesOf(source).length === 0) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    if (destinationArn !== undefined && !queues.byArn(destinationArn)) throw notFound('DestinationArn');
    if (destinationArn === sourceArn)
      throw invalidParameter('Source queue arn and destination queue arn cannot be the same.');
    if (store.latest(sourceArn, 1)[0]?.status === 'RUNNING') {
      throw invalidParameter(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    }
    return source;
  }

  return {
    start(sourceArn: string, destinationArn: string | undefined, rate: number | undefined): MoveTask['id'] {
      const source = checkStart(sourceArn, destinationArn);
      const id = randomUUID();
      store.insert({
        id,
        source: sourceArn,
        destination: destinationArn ?? null,
        rate: rate ?? null,
        started_at: clock.now(),
        last_sequence: messages.lastSequence(),
        to_move: messages.counts(source).visible,
      });
      schedule(id, 0);
      return id;
    },
    list(sourceArn: string, limit: number): MoveTask[] {
      if (!queues.byArn(sourceArn)) throw notFound('SourceArn');
      return store.latest(sourceArn, limit);
    },
    cancel(id: string): MoveTask {
      const task = store.find(id);
      if (!task) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      if (task.status !== 'RUNNING') throw sqsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
      store.end(id, 'CANCELLED');
      timers.get(id)?.();
      return task;
    },
    /** Goes on with what a restart has interrupted. */
    resume(): void {
      for (const task of store.running()) if (!timers.has(task.id)) schedule(task.id, 0);
    },
    stop(): void {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

function notFound(parameter: string): Error {
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return sqsError('ResourceNotFoundException', message);
}
