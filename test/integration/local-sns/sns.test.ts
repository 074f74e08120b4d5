import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import type { Deliver } from '../../../infra/local/ports.ts';
import { snsService } from '../../../infra/local/sns/index.ts';
import { mailText } from '../../../infra/local/sns/mailbox.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

let endpoint: TestEndpoint;
let client: SNSClient;
let delivered: { arn: string; payload: string; attributes: Record<string, string> | undefined }[];
let failures: number;
/** A target that is not there. */
let refused: string;
let topicArn: string;

beforeEach(async () => {
  delivered = [];
  failures = 0;
  refused = '';
  endpoint = await serveServices((database, directory) => [
    snsService({
      database,
      clock: systemClock(1000),
      region: 'us-east-1',
      mailboxDirectory: join(directory, 'mailbox'),
      deliver: async ({ arn }, payload, options) => {
        if (arn === refused) throw new AwsError('ResourceNotFoundException', 'Gone.', 404);
        if (failures-- > 0) throw new AwsError('ServiceUnavailable', 'Not now.', 503);
        delivered.push({ arn, payload, attributes: options?.messageAttributes });
      },
    }),
  ]);
  client = new SNSClient(endpoint.clientConfig);
  topicArn = (await client.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '';
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const subscribe = (Protocol: string, Endpoint: string, Attributes?: Record<string, string>) =>
  client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint, ...(Attributes ? { Attributes } : {}) }));

it('puts an e-mail into the mailbox, readable, named by time and subject', async () => {
  await subscribe('email', 'ops@example.com');
  await client.send(new PublishCommand({ TopicArn: topicArn, Subject: 'Job failed: a/../b', Message: 'Größe\nzwei' }));
  const mailbox = join(endpoint.directory, 'mailbox');
  await vi.waitFor(() => expect(existsSync(mailbox) && readdirSync(mailbox)).toHaveLength(1));
  const [file = ''] = readdirSync(mailbox);
  expect(file).toMatch(/^\d{4}-\d\d-\d\dT[\d-]+Z-job-failed-a-b-[0-9a-f]{8}\.eml$/);
  const mail = readFileSync(join(mailbox, file), 'utf8');
  expect(mail).toContain('To: ops@example.com\r\nSubject: Job failed: a/../b\r\n');
  expect(mail.endsWith('\r\n\r\nGröße\r\nzwei\r\n')).toBe(true);
});

it('wraps messages for queues and functions, and hands them over raw when asked', async () => {
  await subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:wrapped');
  await subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:raw', { RawMessageDelivery: 'true' });
  await subscribe('lambda', 'arn:aws:lambda:us-east-1:000000000000:function:f');
  const { MessageId } = await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Message: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
    }),
  );
  await vi.waitFor(() => expect(delivered).toHaveLength(3));
  const payloadOf = (end: string) => delivered.find(({ arn }) => arn.endsWith(end))?.payload ?? '';
  expect(JSON.parse(payloadOf('wrapped'))).toMatchObject({
    Type: 'Notification',
    MessageId,
    TopicArn: topicArn,
    Message: 'hello',
    MessageAttributes: { kind: { Type: 'String', Value: 'x' } },
  });
  expect(payloadOf('raw')).toBe('hello');
  expect(delivered.find(({ arn }) => arn.endsWith('raw'))?.attributes).toEqual({ kind: 'x' });
  expect(JSON.parse(payloadOf('function:f')).Records[0].Sns.Message).toBe('hello');
});

it('tries again until the target accepts', async () => {
  failures = 3;
  await subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:q', { RawMessageDelivery: 'true' });
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello' }));
  await vi.waitFor(() => expect(delivered.map(({ payload }) => payload)).toEqual(['hello']), 5_000);
});

it('sets aside for good what a subscriber refuses, in the queue that the subscription names', async () => {
  const letters = 'arn:aws:sqs:us-east-1:000000000000:undelivered';
  refused = 'arn:aws:lambda:us-east-1:000000000000:function:gone';
  const { SubscriptionArn } = await subscribe('lambda', refused, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters }),
  });
  const read = async () =>
    (await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes?.RedrivePolicy;
  expect(await read()).toBe(JSON.stringify({ deadLetterTargetArn: letters }));
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello' }));
  await vi.waitFor(() => expect(delivered.map(({ arn }) => arn)).toEqual([letters]), 5_000);
  expect(JSON.parse(delivered[0]?.payload ?? '').Records[0].Sns.Message).toBe('hello');

  const set = (AttributeValue: string) =>
    client.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'RedrivePolicy', AttributeValue }),
    );
  await expect(set('nowhere')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await set('{}');
  expect(await read()).toBeUndefined();
});

it('delivers after a restart what it acknowledged before', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-sns-'));
  const make = (deliver: Deliver) => {
    const database = openDatabase(directory);
    const options = { database, clock: systemClock(), region: 'us-east-1', mailboxDirectory: directory };
    return { sns: snsService({ ...options, deliver }), database };
  };
  const before = make(() => Promise.reject(new Error('Never started.')));
  const create = (type: string, properties: object) =>
    before.sns.providers
      .find((provider) => provider.type === type)
      ?.create({ logicalId: 'T', generatedName: 'stack-T', stackName: 'stack', properties });
  const topic = await create('AWS::SNS::Topic', {
    Subscription: [{ Protocol: 'lambda', Endpoint: 'arn:aws:lambda:us-east-1:000000000000:function:f' }],
    KmsMasterKeyId: 'alias/aws/sns',
  });
  before.sns.publish(topic?.ref ?? '', { subject: 's', message: 'kept' });
  before.database.close();
  const payloads: string[] = [];
  const after = make(async (_target, payload) => void payloads.push(payload));
  await after.sns.start?.();
  await vi.waitFor(() => expect(payloads).toHaveLength(1));
  expect(JSON.parse(payloads[0] ?? '').Records[0].Sns).toMatchObject({ Subject: 's', Message: 'kept' });
  await after.sns.stop?.();
  after.database.close();
  rmSync(directory, { recursive: true, force: true });
});

it('delivers only what a filter policy lets through, by attributes or by body', async () => {
  const queue = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const raw = { RawMessageDelivery: 'true' };
  await subscribe('sqs', queue('errors'), { ...raw, FilterPolicy: '{"level":["error",{"prefix":"fat"}]}' });
  const { SubscriptionArn } = await subscribe('sqs', queue('big'), raw);
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await set('FilterPolicy', '{"size":[{"numeric":[">",10]}]}');
  await set('FilterPolicyScope', 'MessageBody');
  await expect(set('FilterPolicy', '{"size":5}')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({ RawMessageDelivery: 'true', FilterPolicyScope: 'MessageBody' });
  const entry = (Id: string, level: string, Message: string) => ({
    Id,
    Message,
    MessageAttributes: { level: { DataType: 'String', StringValue: level } },
  });
  const { Successful } = await client.send(
    new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: [
        entry('a', 'error', 'not JSON'),
        entry('b', 'info', '{"size":11}'),
        entry('c', 'fatal', '{"size":9}'),
        entry('d', 'info', '{"size":10}'),
      ],
    }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b', 'c', 'd']);
  await vi.waitFor(() => expect(delivered).toHaveLength(3));
  const to = (name: string) => delivered.filter(({ arn }) => arn === queue(name)).map(({ payload }) => payload);
  expect(to('errors')).toEqual(['not JSON', '{"size":9}']);
  expect(to('big')).toEqual(['{"size":11}']);
});

it('refuses batches that SNS refuses', async () => {
  const entries = (...ids: string[]) => ids.map((Id) => ({ Id, Message: 'm' }));
  const send = (PublishBatchRequestEntries: ReturnType<typeof entries>) =>
    client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries }));
  await expect(send(entries('a', 'a'))).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinctException' });
  await expect(send(entries(...'abcdefghijk'))).rejects.toMatchObject({
    name: 'TooManyEntriesInBatchRequestException',
  });
});

it('mails the envelope to an email-json subscriber', async () => {
  await subscribe('email-json', 'robot@example.com');
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello' }));
  const mailbox = join(endpoint.directory, 'mailbox');
  await vi.waitFor(() => expect(existsSync(mailbox) && readdirSync(mailbox)).toHaveLength(1));
  const body = readFileSync(join(mailbox, readdirSync(mailbox)[0] ?? ''), 'utf8').split('\r\n\r\n')[1] ?? '';
  expect(JSON.parse(body)).toMatchObject({ Type: 'Notification', Message: 'hello', TopicArn: topicArn });
});

it('subscribes the same address once', async () => {
  const first = await subscribe('email', 'ops@example.com');
  const second = await subscribe('email', 'ops@example.com');
  expect(second.SubscriptionArn).toBe(first.SubscriptionArn);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  expect(Attributes?.SubscriptionsConfirmed).toBe('1');
});

it('refuses what SNS refuses', async () => {
  await expect(client.send(new PublishCommand({ TopicArn: `${topicArn}x`, Message: 'm' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
  await expect(subscribe('sms', '+491234')).rejects.toThrow('protocol sms is not implemented by the local stand-in');
  await expect(
    client.send(new PublishCommand({ TopicArn: topicArn, Subject: 'two\nlines', Message: 'm' })),
  ).rejects.toThrow('Subject: expected one line of ASCII');
});

it('lets no line break of a subject or an address become a header', () => {
  const text = mailText('a@b.c\r\nBcc: evil@x.y', {
    messageId: 'id',
    topicArn,
    subject: 'ü\r\nX-Evil: 1',
    message: 'm',
    timestamp: '2026-01-02T03:04:05.000Z',
    attributes: {},
  });
  const headers = text.split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  expect(headers.map((header) => header.split(':')[0])).toEqual([
    'From',
    'To',
    'Subject',
    'Date',
    'Message-ID',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
  ]);
});

it('encodes a long subject in words that mail programs read', () => {
  const subject = 'Größe zu groß 🚢 '.repeat(8).trim();
  const text = mailText('a@b.c', {
    messageId: 'id',
    topicArn,
    subject,
    message: 'm',
    timestamp: '2026-01-02T03:04:05Z',
    attributes: {},
  });
  const words = [...text.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)];
  expect(words.every(([word]) => word.length <= 75)).toBe(true);
  expect(words.map(([, word = '']) => Buffer.from(word, 'base64').toString('utf8')).join('')).toBe(subject);
});
