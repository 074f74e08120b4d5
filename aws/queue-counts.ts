import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SlipwayError } from '../core/errors.ts';

/** What a queue holds, as SQS counts it: about right, and exact after a minute of rest. */
export interface QueueCounts {
  readonly visible: number;
  /** In somebody's hands, or put back for later. */
  readonly hidden: number;
  readonly delayed: number;
}

/** Counts a queue. */
export interface QueueCounter {
  /** Throws SlipwayError `no-counts` when SQS leaves one out: what is not known must not count as nothing. */
  counts(): Promise<QueueCounts>;
}

const COUNTS = {
  visible: 'ApproximateNumberOfMessages',
  hidden: 'ApproximateNumberOfMessagesNotVisible',
  delayed: 'ApproximateNumberOfMessagesDelayed',
} as const;

/** Counts a queue of SQS. */
export function createQueueCounter(client: SQSClient, queueUrl: string): QueueCounter {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: Object.values(COUNTS) });
  return {
    async counts() {
      const { Attributes = {} } = await client.send(command);
      const count = (name: keyof typeof COUNTS) => {
        const text = Attributes[COUNTS[name]];
        if (text !== undefined && /^\d+$/.test(text)) return Number(text);
        throw new SlipwayError('no-counts', `SQS says ${text ?? 'nothing'} of ${COUNTS[name]}; expected a number.`);
      };
      return { visible: count('visible'), hidden: count('hidden'), delayed: count('delayed') };
    },
  };
}
