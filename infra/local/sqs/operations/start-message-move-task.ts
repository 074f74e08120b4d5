import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkRange, integer } from '../integer.ts';
import { writeTaskHandle } from '../move-task-handle.ts';
import { MAX_MOVE_RATE } from '../move-tasks.ts';
import type { SqsStore } from '../store.ts';

/** Begins to move messages out of a dead-letter queue, back to their sources or to one destination. */
export const startMessageMoveTask = operation(
  'StartMessageMoveTask',
  z.strictObject({
    SourceArn: z.string(),
    DestinationArn: z.string().optional(),
    MaxNumberOfMessagesPerSecond: integer.optional(),
  }),
  ({ moves }: SqsStore, input) => {
    const rate = input.MaxNumberOfMessagesPerSecond;
    if (rate !== undefined) checkRange('MaxNumberOfMessagesPerSecond', rate, 1, MAX_MOVE_RATE);
    return { TaskHandle: writeTaskHandle(moves.start(input.SourceArn, input.DestinationArn, rate), input.SourceArn) };
  },
);
