import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../../../aws/clients.ts';
import type { Contestant } from '../contestant.ts';

/**
 * The least that can be done with the SDK: so many loops that receive ten messages, and delete them without waiting for
 * it. No heartbeat, no protection, no retry, no order of ending.
 */
export const sdkLoop: Contestant = ({ queueUrl, slots, work }) => {
  const client = new SQSClient(clientSettings());
  async function loop(): Promise<never> {
    for (;;) {
      const receive = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20, VisibilityTimeout: 120 };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(receive));
      await Promise.all(Messages.map(() => work.run()));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      void client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })).catch(console.error);
    }
  }
  for (let index = 0; index < slots / 10; index += 1) void loop();
};
