import { expect, it } from 'vitest';
import { jobBatchSchema, onJobQueued } from '../../../functions/on-job-queued.ts';
import type { RespondRequest } from '../../../worker/responder.ts';

const record = (messageId: string, rest: object = {}) => ({ messageId, body: `body of ${messageId}`, ...rest });

it('names the messages that stay in the queue, and those alone', async () => {
  const batch = jobBatchSchema.parse({ Records: ['a', 'b', 'c'].map((id) => record(id)) });
  const result = await onJobQueued(batch, async ({ messageId }) => messageId !== 'b', 1);
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
});

it('hands on what a redrive says, and by when the call ends', async () => {
  const seen: RespondRequest[] = [];
  const attributes = {
    failedAt: { stringValue: '2026-01-01T00:00:00.000Z', dataType: 'String' },
    other: { binaryValue: 'AA==' },
  };
  const batch = jobBatchSchema.parse({ Records: [record('a', { messageAttributes: attributes }), record('b')] });
  await onJobQueued(batch, async (request) => seen.push(request) > 0, 42);
  expect(seen).toEqual([
    { messageId: 'a', body: 'body of a', endsBy: 42, failedAt: '2026-01-01T00:00:00.000Z' },
    { messageId: 'b', body: 'body of b', endsBy: 42 },
  ]);
});

it.each([{}, { Records: [{ body: 'x' }] }, { Records: [{ messageId: '', body: 'x' }] }])(
  'refuses what is no batch: %j',
  (event) => {
    expect(jobBatchSchema.safeParse(event).success).toBe(false);
  },
);
