import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { sqsService } from '../../../infra/local/sqs/index.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

let endpoint: TestEndpoint;
let sqs: SQSClient;
let names = 0;

beforeAll(async () => {
  endpoint = await serveServices((database) => [
    sqsService({ database, clock: systemClock(), region: 'us-east-1', origin: () => 'http://127.0.0.1:1' }),
  ]);
  sqs = new SQSClient({ ...endpoint.clientConfig, maxAttempts: 1 });
});
afterAll(async () => {
  sqs.destroy();
  await endpoint.close();
});

async function newQueue(Attributes: Record<string, string> = {}): Promise<string> {
  names += 1;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${names}`, Attributes }));
  return QueueUrl ?? '';
}

async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Attributes ?? {};
}

/** What a promise was rejected with. */
async function rejection(promise: Promise<unknown>): Promise<{ name: string; message: string; Code?: string }> {
  return promise.then(
    () => ({ name: 'none', message: '' }),
    (error: unknown) => error as Error,
  );
}

describe('a queue', () => {
  it('has its URL on the endpoint that the caller used, and is found by any host', async () => {
    const QueueUrl = await newQueue();
    expect(QueueUrl).toBe(`${endpoint.clientConfig.endpoint}/000000000000/queue-${names}`);
    const { QueueUrl: found } = await sqs.send(new GetQueueUrlCommand({ QueueName: `queue-${names}` }));
    expect(found).toBe(QueueUrl);
    const elsewhere = `https://sqs.us-east-1.amazonaws.com/000000000000/queue-${names}`;
    expect((await sqs.send(new SendMessageCommand({ QueueUrl: elsewhere, MessageBody: 'a' }))).MessageId).toBeTruthy();
  });

  it('is the same when it is created again alike, and refused when it differs', async () => {
    const QueueUrl = await newQueue({ VisibilityTimeout: '45' });
    const again = (VisibilityTimeout: string) =>
      sqs.send(new CreateQueueCommand({ QueueName: `queue-${names}`, Attributes: { VisibilityTimeout } }));
    expect((await again('45')).QueueUrl).toBe(QueueUrl);
    expect((await rejection(again('46'))).name).toBe('QueueNameExists');
  });

  it('shows its attributes, and refuses values that SQS refuses', async () => {
    const QueueUrl = await newQueue({ DelaySeconds: '5' });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '60' } }));
    expect(await attributesOf(QueueUrl)).toMatchObject({
      QueueArn: `arn:aws:sqs:us-east-1:000000000000:queue-${names}`,
      DelaySeconds: '5',
      VisibilityTimeout: '60',
      MessageRetentionPeriod: '345600',
      MaximumMessageSize: '1048576',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      ApproximateNumberOfMessages: '0',
    });
    const set = (name: string, value: string) =>
      rejection(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } })));
    expect((await set('VisibilityTimeout', '43201')).name).toBe('InvalidAttributeValue');
    expect((await set('Colour', 'red')).name).toBe('InvalidAttributeName');
    expect((await set('FifoQueue', 'true')).message).toContain('not implemented by the local stand-in');
  });

  it('has tags, is listed, and knows the queues that it is the dead-letter queue of', async () => {
    const dead = await newQueue();
    const { QueueArn } = await attributesOf(dead);
    const source = await newQueue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: 3 }),
    });
    await sqs.send(new TagQueueCommand({ QueueUrl: dead, Tags: { team: 'a' } }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl: dead }))).Tags).toEqual({ team: 'a' });
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }));
    expect(sources.queueUrls).toEqual([source]);
    const first = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'queue-', MaxResults: 1 }));
    const second = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'queue-', MaxResults: 1000, NextToken: first.NextToken }),
    );
    expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])]).toContain(dead);
    expect(second.QueueUrls).not.toContain(first.QueueUrls?.[0]);
  });

  it('is gone after its deletion, and its name is free after 60 seconds only', async () => {
    const QueueUrl = await newQueue();
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    const error = await rejection(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' })));
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error.Code).toBe('AWS.SimpleQueueService.NonExistentQueue');
    const again = sqs.send(new CreateQueueCommand({ QueueName: `queue-${names}` }));
    expect((await rejection(again)).name).toBe('QueueDeletedRecently');
  });
});

describe('a message', () => {
  it('arrives whole, with attributes whose digests the SDK verifies', async () => {
    const QueueUrl = await newQueue();
    const MessageAttributes = {
      word: { DataType: 'String', StringValue: 'ä' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'Grüße 🚢', MessageAttributes }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] }),
    );
    const [message] = Messages ?? [];
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Grüße 🚢',
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SenderId: 'test' },
    });
    expect(Buffer.from(message?.MessageAttributes?.bytes?.BinaryValue ?? [])).toEqual(Buffer.from([1, 2, 255]));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    expect((await attributesOf(QueueUrl)).ApproximateNumberOfMessagesNotVisible).toBe('0');
  });

  it('is refused when it is over 1 MiB, or holds what XML cannot', async () => {
    const QueueUrl = await newQueue();
    const send = (MessageBody: string) => rejection(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })));
    expect((await send('x'.repeat(1_048_576))).name).toBe('none');
    expect((await send('x'.repeat(1_048_577))).name).toMatch(/InvalidParameterValue/);
    expect((await send('a\u0000b')).name).toBe('InvalidMessageContents');
    expect((await send('')).message).toContain('MessageBody');
  });

  it('raises the errors that the SDK has classes for', async () => {
    const QueueUrl = await newQueue({ VisibilityTimeout: '0' });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const change = (ReceiptHandle: string | undefined) =>
      rejection(sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 })));
    expect(await change(Messages?.[0]?.ReceiptHandle)).toBeInstanceOf(MessageNotInflight);
    expect(await change('nonsense')).toBeInstanceOf(ReceiptHandleIsInvalid);
    const receive = sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }));
    expect((await rejection(receive)).message).toContain('MaxNumberOfMessages');
  });
});

describe('a batch', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody: `m${index}` }));

  it('sends and deletes ten, and lets one bad entry fail alone', async () => {
    const QueueUrl = await newQueue();
    const Entries = entries(10).map((entry, index) => (index === 3 ? { ...entry, DelaySeconds: 901 } : entry));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful).toHaveLength(9);
    expect(sent.Failed).toMatchObject([{ Id: 'e3', SenderFault: true, Code: 'InvalidParameterValue' }]);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const deletes = (Messages ?? []).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [...deletes, { Id: 'bad', ReceiptHandle: 'nonsense' }] }),
    );
    expect(deleted.Successful).toHaveLength(9);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('is refused as a whole with the codes of SQS', async () => {
    const QueueUrl = await newQueue();
    const send = async (Entries: ReturnType<typeof entries>) =>
      (await rejection(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).name;
    expect(await send([])).toBe('EmptyBatchRequest');
    expect(await send(entries(11))).toBe('TooManyEntriesInBatchRequest');
    expect(await send([...entries(1), ...entries(1)])).toBe('BatchEntryIdsNotDistinct');
    expect(await send([{ Id: 'not valid', MessageBody: 'a' }])).toBe('InvalidBatchEntryId');
    const half = 'x'.repeat(600_000);
    expect(await send(entries(2).map((entry) => ({ ...entry, MessageBody: half })))).toBe('BatchRequestTooLong');
  });
});

describe('a long poll', () => {
  it('takes nothing when its caller hangs up', async () => {
    const QueueUrl = await newQueue();
    const leaving = new AbortController();
    const poll = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: leaving.signal,
    });
    // An answered request later than the poll's: the poll has arrived.
    await attributesOf(QueueUrl);
    leaving.abort();
    expect((await rejection(poll)).name).toBe('AbortError');
    await attributesOf(QueueUrl);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect(await attributesOf(QueueUrl)).toMatchObject({ ApproximateNumberOfMessages: '1' });
  });
});

it('purges once in 60 seconds', async () => {
  const QueueUrl = await newQueue();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  expect((await attributesOf(QueueUrl)).ApproximateNumberOfMessages).toBe('0');
  expect((await rejection(sqs.send(new PurgeQueueCommand({ QueueUrl })))).name).toBe('PurgeQueueInProgress');
});

it('refuses to move messages out of a queue that is no dead-letter queue', async () => {
  const { QueueArn } = await attributesOf(await newQueue());
  const error = await rejection(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: QueueArn })));
  expect(error.message).toContain('Dead Letter Queue');
});
