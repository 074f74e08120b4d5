import { arn } from '../../account.ts';
import { type Authorization, type AuthorizationTable, lastPart, type Members, on, text } from '../authorization.ts';
import { onKeyOf } from '../encryption.ts';

type KeyUses = Parameters<typeof onKeyOf>[1];

/**
 * SQS, after the Service Authorization Reference (list_sqs): there are no actions for batches, which need the right of the
 * single call. With a key, senders make data keys and receivers decrypt them (Developer Guide, "Key management").
 */
export const SQS: AuthorizationTable<Members> = {
  CancelMessageMoveTask: (input) => [on('sqs:CancelMessageMoveTask', sourceOfHandle(input.TaskHandle))],
  ChangeMessageVisibility: queue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: queue('ChangeMessageVisibility'),
  CreateQueue: (input, { region }) => [on('sqs:CreateQueue', arn('sqs', region, text(input.QueueName)))],
  DeleteMessage: queue('DeleteMessage'),
  DeleteMessageBatch: queue('DeleteMessage'),
  DeleteQueue: queue('DeleteQueue'),
  GetQueueAttributes: queue('GetQueueAttributes'),
  GetQueueUrl: (input, { region }) => [on('sqs:GetQueueUrl', arn('sqs', region, text(input.QueueName)))],
  ListDeadLetterSourceQueues: queue('ListDeadLetterSourceQueues'),
  ListMessageMoveTasks: (input) => [on('sqs:ListMessageMoveTasks', text(input.SourceArn))],
  ListQueueTags: queue('ListQueueTags'),
  ListQueues: () => [on('sqs:ListQueues', '*')],
  PurgeQueue: queue('PurgeQueue'),
  ReceiveMessage: queue('ReceiveMessage', ['kms:Decrypt']),
  SendMessage: queue('SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']),
  SendMessageBatch: queue('SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']),
  SetQueueAttributes: queue('SetQueueAttributes'),
  // Moving is receiving, deleting and sending in the caller's name; where no destination is named, each message goes back
  // to a queue that only the message knows, and the right to send there is not asked for here.
  StartMessageMoveTask: ({ SourceArn, DestinationArn }) => [
    ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) =>
      on(`sqs:${action}`, text(SourceArn)),
    ),
    ...(DestinationArn === undefined ? [] : [on('sqs:SendMessage', text(DestinationArn))]),
  ],
  TagQueue: queue('TagQueue'),
  UntagQueue: queue('UntagQueue'),
};

function queue(action: string, uses: KeyUses = []): Authorization<Members> {
  return (input, lookups) => {
    const queueArn = arn('sqs', lookups.region, lastPart(input.QueueUrl));
    return [on(`sqs:${action}`, queueArn), ...onKeyOf(queueArn, uses, lookups)];
  };
}

/** A task's handle is Base64 of a document that names the queue. */
function sourceOfHandle(handle: unknown): string {
  return /arn:[\w-]+:sqs:[^"]+/.exec(Buffer.from(text(handle), 'base64').toString('utf8'))?.[0] ?? '*';
}
