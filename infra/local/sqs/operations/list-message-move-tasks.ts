import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkRange, integer } from '../integer.ts';
import { writeTaskHandle } from '../move-task-handle.ts';
import type { MoveTask } from '../move-task-store.ts';
import type { SqsStore } from '../store.ts';

/** Lists the newest move tasks of a dead-letter queue: one, unless MaxResults (up to 10) says more. */
export const listMessageMoveTasks = operation(
  'ListMessageMoveTasks',
  z.strictObject({ SourceArn: z.string(), MaxResults: integer.default(1) }),
  ({ moves }: SqsStore, input) => {
    checkRange('MaxResults', input.MaxResults, 1, 10);
    return { Results: moves.list(input.SourceArn, input.MaxResults).map(describe) };
  },
);

function describe(task: MoveTask) {
  return {
    // Only a running task can be cancelled, so only it has a handle.
    TaskHandle: task.status === 'RUNNING' ? writeTaskHandle(task.id, task.source) : undefined,
    Status: task.status,
    SourceArn: task.source,
    DestinationArn: task.destination ?? undefined,
    MaxNumberOfMessagesPerSecond: task.rate ?? undefined,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    FailureReason: task.failure_reason ?? undefined,
    StartedTimestamp: task.started_at,
  };
}
