import { z } from 'zod';
import { AwsError } from '../http/aws-error.ts';
import { sqsError } from './sqs-error.ts';

const MAX_ENTRIES = 10;
const ID = /^[A-Za-z0-9_-]{1,80}$/;

/** The ID that a batch's entries carry; a whole request is refused for a bad one, see `checkBatch`. */
export const entryId = z.string();

/** Refuses a batch as a whole: none or too many entries, bad or equal IDs. */
export function checkBatch(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) {
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw sqsError('TooManyEntriesInBatchRequest', message);
  }
  if (!entries.every(({ Id }) => ID.test(Id))) {
    throw sqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw sqsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
}

/** An entry that failed, in the API's shape. What is no error of SQS's fails the whole batch instead. */
export function failedEntry(Id: string, error: unknown) {
  if (!(error instanceof AwsError) || error.status >= 500) throw error;
  return { Id, SenderFault: true, Code: error.code, Message: error.message };
}

/** Does `run` for each entry; the ones that throw are answered as failed and do not disturb the others. */
export function runBatch<Entry extends { Id: string }>(entries: readonly Entry[], run: (entry: Entry) => void) {
  checkBatch(entries);
  const Successful: { Id: string }[] = [];
  const Failed: ReturnType<typeof failedEntry>[] = [];
  for (const entry of entries) {
    try {
      run(entry);
      Successful.push({ Id: entry.Id });
    } catch (error) {
      Failed.push(failedEntry(entry.Id, error));
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}
