import { z } from 'zod';
import { AwsError } from '../../http/aws-error.ts';
import { operation } from '../../service.ts';
import type { Sns } from '../index.ts';
import { MAX_BYTES, publicationOf, publishEntry } from '../publish-entry.ts';

const MAX_ENTRIES = 10;

/** Publishes up to ten messages, 256 KiB together. */
export const publishBatch = operation(
  'PublishBatch',
  z.strictObject({
    TopicArn: z.string(),
    PublishBatchRequestEntries: z.array(z.strictObject({ Id: z.string(), ...publishEntry.shape })).default([]),
  }),
  (sns: Sns, { TopicArn, PublishBatchRequestEntries: entries }) => {
    checkBatch(entries);
    return {
      Successful: entries.map((entry) => ({ Id: entry.Id, MessageId: sns.publish(TopicArn, publicationOf(entry)) })),
      Failed: [],
    };
  },
);

function checkBatch(entries: readonly { Id: string; Message: string }[]): void {
  const ids = new Set(entries.map(({ Id }) => Id));
  const bytes = entries.reduce((sum, { Message }) => sum + Buffer.byteLength(Message), 0);
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request has no entries.');
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `The batch request has ${entries.length} entries; 10 is the most.`,
    );
  }
  if (![...ids].every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError('InvalidBatchEntryId', 'An Id has 1–80 letters, digits, hyphens and underscores.');
  }
  if (ids.size < entries.length) throw new AwsError('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  if (bytes > MAX_BYTES)
    throw new AwsError('BatchRequestTooLong', `The messages are ${bytes} bytes, over ${MAX_BYTES}.`);
}
