import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How much a queue holds. */
export interface QueueDepth {
  /** Messages that wait, are delayed or are in somebody's hands; SQS's counts are right after a minute of rest. */
  messages(): Promise<number>;
}

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** The depth of a queue of SQS. */
export function createQueueDepth(client: SQSClient, queueUrl: string): QueueDepth {
  return {
    async messages() {
      const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
      const { Attributes = {} } = await client.send(command);
      return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    },
  };
}
