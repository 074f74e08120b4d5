import { z } from 'zod';
import { operation } from '../../service.ts';
import { readTaskHandle } from '../move-task-handle.ts';
import type { SqsStore } from '../store.ts';

/** Ends a running move task; what it has moved stays moved. */
export const cancelMessageMoveTask = operation(
  'CancelMessageMoveTask',
  z.strictObject({ TaskHandle: z.string() }),
  ({ moves }: SqsStore, input) => {
    const task = moves.cancel(readTaskHandle(input.TaskHandle));
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
);
