import { z } from 'zod';
import { invalidParameter } from './sqs-error.ts';

const content = z.object({ taskId: z.string(), sourceArn: z.string() });

/** What a caller cancels a move task with: opaque, as SQS's handles are. */
export function writeTaskHandle(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

/** The task's ID; refuses what was never given out. */
export function readTaskHandle(handle: string): string {
  try {
    return content.parse(JSON.parse(Buffer.from(handle, 'base64').toString('utf8'))).taskId;
  } catch {
    throw invalidParameter('Value for parameter TaskHandle is invalid.');
  }
}
