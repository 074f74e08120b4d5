import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import { snsService } from '../../../infra/local/sns/index.ts';
import { mailText } from '../../../infra/local/sns/mailbox.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

let endpoint: TestEndpoint;
let client: SNSClient;
let delivered: { arn: string; payload: string }[];
let failures: number;
let topicArn: string;

beforeEach(async () => {
  delivered = [];
  failures = 0;
  endpoint = await serveServices((database, directory) => [
    snsService({
      database,
      clock: systemClock(1000),
      region: 'us-east-1',
      mailboxDirectory: join(directory, 'mailbox'),
      deliver: async ({ arn }, payload) => {
        if (failures-- > 0) throw new AwsError('ServiceUnavailable', 'Not now.', 503);
        delivered.push({ arn, payload });
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
  expect(JSON.parse(payloadOf('function:f')).Records[0].Sns.Message).toBe('hello');
});

it('tries again until the target accepts', async () => {
  failures = 3;
  await subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:q', { RawMessageDelivery: 'true' });
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'hello' }));
  await vi.waitFor(() => expect(delivered.map(({ payload }) => payload)).toEqual(['hello']), 5_000);
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
