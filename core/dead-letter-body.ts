import { jobOf, type ObjectVersion } from './job.ts';
import { objectCreatedBody } from './object-event.ts';

/** SQS takes 1 MiB, attributes included; ours are far below a KiB (Amazon SQS Developer Guide, "Message quotas"). */
const MAX_BODY_BYTES = 2 ** 20 - 1024;

/**
 * The text of a failed job's copy in a dead-letter queue: the message as it came. One that is so long that no attribute
 * fits beside it becomes the plain event of its object, which a redrive can do as much with; if it names none, its
 * beginning has to do.
 */
export function deadLetterBody(body: string, source: ObjectVersion | undefined): string {
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
  if (source !== undefined) return objectCreatedBody(jobOf(source), 'slipway.dead-letter');
  // A character that the cut goes through becomes a replacement character.
  return Buffer.from(body).toString('utf8', 0, MAX_BODY_BYTES);
}
