import { checkRange } from './integer.ts';
import { attributeBytes, checkMessageAttributes, type MessageAttributes } from './message-attributes.ts';
import type { Queue } from './queues.ts';
import { invalidParameter, missingParameter, sqsError } from './sqs-error.ts';

/** A message that wants into a queue. */
export interface Draft {
  readonly body: string;
  /** Of the body, in hexadecimal, where it is known already. */
  readonly md5?: string | undefined;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: MessageAttributes | undefined;
  readonly traceHeader?: string | undefined;
}

// What XML can hold, which is what SQS takes: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** Nearly every body is of these alone, which is told much faster. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;
const MAX_DELAY_SECONDS = 900;

/** Refuses a message that the queue does not take, in SQS's words. */
export function checkDraft(queue: Queue, draft: Draft): void {
  if (draft.body === '') throw missingParameter('MessageBody');
  if (!PLAIN.test(draft.body) && FORBIDDEN.test(draft.body)) {
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  }
  if (draft.delaySeconds !== undefined) checkRange('DelaySeconds', draft.delaySeconds, 0, MAX_DELAY_SECONDS);
  checkMessageAttributes(draft.attributes ?? {});
  if (draftBytes(draft) > queue.settings.maximumBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maximumBytes} bytes.`,
    );
  }
}

/** The size that counts for limits: body and attributes, in UTF-8. */
export function draftBytes(draft: Draft): number {
  return Buffer.byteLength(draft.body) + attributeBytes(draft.attributes ?? {});
}
