import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { sqsService } from '../../../infra/local/sqs/index.ts';
import { serveServices, type TestEndpoint } from '../../support/test-endpoint.ts';

let endpoint: TestEndpoint;

beforeAll(async () => {
  endpoint = await serveServices((database) => [sqsService({ database, clock: systemClock(), region: 'us-east-1' })]);
});
afterAll(() => endpoint.close());

async function query(action: string, parameters: Record<string, string>, path = '/') {
  const response = await fetch(`${endpoint.clientConfig.endpoint}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/sqs/aws4_request, Signature=0',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    },
    body: new URLSearchParams({ Action: action, Version: '2012-11-05', ...parameters }),
  });
  return { status: response.status, xml: await response.text() };
}

function textOf(xml: string, tag: string): string {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '';
}

describe('the Query protocol of older clients', () => {
  it('creates, sends, receives and deletes', async () => {
    const created = await query('CreateQueue', {
      QueueName: 'old',
      'Attribute.1.Name': 'VisibilityTimeout',
      'Attribute.1.Value': '77',
      'Tag.1.Key': 'team',
      'Tag.1.Value': 'a',
    });
    const QueueUrl = textOf(created.xml, 'QueueUrl');
    expect(QueueUrl).toBe(`${endpoint.clientConfig.endpoint}/000000000000/old`);
    const sent = await query('SendMessage', {
      QueueUrl,
      MessageBody: 'a < b & c',
      DelaySeconds: '0',
      'MessageAttribute.1.Name': 'word',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'x',
    });
    expect(sent.xml).toContain('xmlns="http://queue.amazonaws.com/doc/2012-11-05/"');
    expect(textOf(sent.xml, 'MD5OfMessageBody')).toMatch(/^[0-9a-f]{32}$/);
    const received = await query('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'All',
      'MessageAttributeName.1': 'word',
    });
    expect(received.xml).toContain('<ReceiveMessageResult><Message><MessageId>');
    expect(textOf(received.xml, 'Body')).toBe('a &lt; b &amp; c');
    expect(received.xml).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(received.xml).toContain(
      '<MessageAttribute><Name>word</Name><Value><DataType>String</DataType><StringValue>x</StringValue></Value></MessageAttribute>',
    );
    const attributes = await query('GetQueueAttributes', {
      QueueUrl,
      'AttributeName.1': 'VisibilityTimeout',
      'AttributeName.2': 'ApproximateNumberOfMessagesNotVisible',
    });
    expect(attributes.xml).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>77</Value></Attribute>');
    expect(attributes.xml).toContain('<Value>1</Value>');
    const tags = await query('ListQueueTags', { QueueUrl });
    expect(tags.xml).toContain('<Tag><Key>team</Key><Value>a</Value></Tag>');
    const deleted = await query('DeleteMessage', { QueueUrl, ReceiptHandle: textOf(received.xml, 'ReceiptHandle') });
    expect(deleted.status).toBe(200);
  });

  it('takes the queue from the path when no parameter names it', async () => {
    await query('CreateQueue', { QueueName: 'by-path' });
    const sent = await query('SendMessage', { MessageBody: 'a' }, '/000000000000/by-path');
    expect(textOf(sent.xml, 'MessageId')).not.toBe('');
  });

  it('answers batches entry by entry', async () => {
    const QueueUrl = textOf((await query('CreateQueue', { QueueName: 'batches' })).xml, 'QueueUrl');
    const { xml } = await query('SendMessageBatch', {
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'good',
      'SendMessageBatchRequestEntry.1.MessageBody': 'a',
      'SendMessageBatchRequestEntry.2.Id': 'bad',
      'SendMessageBatchRequestEntry.2.MessageBody': 'b',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    });
    expect(xml).toContain('<SendMessageBatchResultEntry><Id>good</Id>');
    expect(xml).toMatch(
      /<BatchResultErrorEntry><Id>bad<\/Id><SenderFault>true<\/SenderFault><Code>InvalidParameterValue/,
    );
    expect((await query('ListQueues', {})).xml).toContain(`<QueueUrl>${QueueUrl}</QueueUrl>`);
  });

  it('answers errors with the codes of its time', async () => {
    const missing = await query('SendMessage', { QueueUrl: 'http://x/0/missing', MessageBody: 'a' });
    expect(missing.status).toBe(400);
    expect(textOf(missing.xml, 'Code')).toBe('AWS.SimpleQueueService.NonExistentQueue');
    const unknown = await query('AddPermission', {});
    expect(textOf(unknown.xml, 'Message')).toContain('sqs:AddPermission is not implemented');
  });
});
