import { z } from 'zod';
import { operation } from '../../service.ts';
import { checkBatch, entryId, failedEntry } from '../batch.ts';
import { checkDraft, draftBytes } from '../draft.ts';
import { draftOf, sendEntry, sentEntry } from '../send-entry.ts';
import { sqsError } from '../sqs-error.ts';
import type { SqsStore } from '../store.ts';

const MAX_BATCH_BYTES = 1_048_576;

/** Sends up to ten messages in one step. Entries that are not valid fail alone. */
export const sendMessageBatch = operation(
  'SendMessageBatch',
  z.strictObject({
    QueueUrl: z.string(),
    Entries: z.array(z.strictObject({ Id: entryId, ...sendEntry.shape })).default([]),
  }),
  async ({ queues, messages, change }: SqsStore, input, call) => {
    const queue = queues.byUrl(input.QueueUrl);
    checkBatch(input.Entries);
    const checked = input.Entries.map((entry) => ({ entry, draft: draftOf(entry) }));
    const bytes = checked.reduce((sum, { draft }) => sum + draftBytes(draft), 0);
    if (bytes > MAX_BATCH_BYTES) {
      const message = `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`;
      throw sqsError('BatchRequestTooLong', message);
    }
    const failed: ReturnType<typeof failedEntry>[] = [];
    const valid = checked.filter(({ entry, draft }) => {
      try {
        checkDraft(queue, draft);
        return true;
      } catch (error) {
        failed.push(failedEntry(entry.Id, error));
        return false;
      }
    });
    const drafts = valid.map(({ draft }) => draft);
    const ids = await change(() => messages.send(queue, drafts, call.principal));
    return {
      Successful: valid.map(({ entry, draft }, index) => ({
        Id: entry.Id,
        ...sentEntry(entry, draft, ids[index] ?? ''),
      })),
      ...(failed.length > 0 ? { Failed: failed } : {}),
    };
  },
);
