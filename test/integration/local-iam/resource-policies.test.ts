import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { allow, type GuardedSystem, guardedSystem, role } from './guarded-system.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const document = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const rule = (target: string) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventPattern: { source: ['test'], detail: { to: [target] } },
    Targets: [{ Id: 'queue', Arn: arnOf(target), DeadLetterConfig: { Arn: arnOf('DeadLetters') } }],
  },
});
const fromEvents = (queue: string, ...rules: string[]) => ({
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arnOf(queue),
  Condition: {
    ArnEquals: { 'aws:SourceArn': rules.map(arnOf) },
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  },
});
const queuePolicy = (queue: string, ...statements: unknown[]) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: queue }], PolicyDocument: document(...statements) },
});
/** A key that the account's policies decide about, and EventBridge may use. */
const key = {
  Type: 'AWS::KMS::Key',
  Properties: {
    KeyPolicy: document(
      {
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::$' + '{AWS::AccountId}:root' } },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ),
  },
};
const viaSqs = { StringEquals: { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } };

let guarded: GuardedSystem;
let sqs: SQSClient;

beforeAll(async () => {
  guarded = await guardedSystem({
    Open: { Type: 'AWS::SQS::Queue' },
    Plain: { Type: 'AWS::SQS::Queue' },
    Closed: { Type: 'AWS::SQS::Queue' },
    Encrypted: { Type: 'AWS::SQS::Queue', Properties: { KmsMasterKeyId: { Ref: 'Key' } } },
    DeadLetters: { Type: 'AWS::SQS::Queue' },
    Key: key,
    OpenRule: rule('Open'),
    ClosedRule: rule('Closed'),
    EncryptedRule: rule('Encrypted'),
    OpenPolicy: queuePolicy('Open', fromEvents('Open', 'OpenRule')),
    ClosedPolicy: queuePolicy('Closed', fromEvents('Closed', 'OpenRule')),
    EncryptedPolicy: queuePolicy('Encrypted', fromEvents('Encrypted', 'EncryptedRule')),
    DeadLettersPolicy: queuePolicy('DeadLetters', fromEvents('DeadLetters', 'OpenRule', 'ClosedRule')),
    Sender: role([
      allow('sqs:SendMessage', '*'),
      allow(['kms:GenerateDataKey', 'kms:Decrypt'], arnOf('Key'), viaSqs),
      allow('s3:DeleteObject', { 'Fn::Sub': '$' + '{Bucket.Arn}/mine/*' }),
    ]),
    KeylessSender: role([allow('sqs:*', '*')]),
    Bucket: { Type: 'AWS::S3::Bucket' },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: document({
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: { 'Fn::Sub': '$' + '{Bucket.Arn}/outcomes/*' },
          Condition: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } },
        }),
      },
    },
  });
  await guarded.system.start();
  sqs = new SQSClient(guarded.developer);
});
afterAll(() => guarded.close());

async function depth(queue: string): Promise<number> {
  const QueueUrl = guarded.ref(queue);
  const names = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] };
  return Number((await sqs.send(new GetQueueAttributesCommand(names))).Attributes?.ApproximateNumberOfMessages);
}

async function publish(to: string): Promise<void> {
  const Entries = [{ Source: 'test', DetailType: 'T', Detail: JSON.stringify({ to }) }];
  await new EventBridgeClient(guarded.developer).send(new PutEventsCommand({ Entries }));
}

const nameOf = (error: unknown) => (error as Error).name;

describe('EventBridge', () => {
  it('sends to a queue whose policy names its rule', async () => {
    await publish('Open');
    await until(async () => (await depth('Open')) === 1);
  });

  it('sets aside what the policy of the queue does not allow this rule', async () => {
    await publish('Closed');
    await until(async () => (await depth('DeadLetters')) === 1);
    const QueueUrl = guarded.ref('DeadLetters');
    const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
    const attributes = received.Messages?.[0]?.MessageAttributes;
    expect(attributes?.ERROR_CODE?.StringValue).toBe('NO_PERMISSIONS');
    expect(attributes?.ERROR_MESSAGE?.StringValue).toMatch(
      /^User: events\.amazonaws\.com is not authorized to perform: sqs:sendmessage .* because no resource-based policy allows/,
    );
    expect(await depth('Closed')).toBe(0);
  });

  it('needs the key of an encrypted queue too, which the key’s policy gives it', async () => {
    await publish('Encrypted');
    await until(async () => (await depth('Encrypted')) === 1);
  });
});

describe('a role', () => {
  it('needs the key of an encrypted queue', async () => {
    const message = { QueueUrl: guarded.ref('Encrypted'), MessageBody: 'x' };
    await new SQSClient(guarded.as('Sender')).send(new SendMessageCommand(message));
    const refused = new SQSClient(guarded.as('KeylessSender')).send(new SendMessageCommand(message));
    expect(await refused.catch(nameOf)).toBe('KmsAccessDenied');
  });

  it('is told for each object what it may not delete', async () => {
    const Objects = [{ Key: 'mine/1' }, { Key: 'yours/1' }];
    const command = new DeleteObjectsCommand({ Bucket: guarded.ref('Bucket'), Delete: { Objects } });
    const { Deleted, Errors } = await new S3Client(guarded.as('Sender')).send(command);
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['mine/1']);
    expect(Errors?.map(({ Key, Code }) => `${Key} ${Code}`)).toEqual(['yours/1 AccessDenied']);
  });

  it('is held to a policy that was put a moment ago', async () => {
    const QueueUrl = guarded.ref('Plain');
    const sender = new SQSClient(guarded.as('KeylessSender'));
    const send = () => sender.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })).catch(nameOf);
    const set = (Policy: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    expect(await send()).not.toBe('AccessDenied');
    const deny = { Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
    await set(JSON.stringify(document(deny)));
    expect(await send()).toBe('AccessDenied');
    await set('');
    expect(await send()).not.toBe('AccessDenied');
    const unknown = { ...deny, Condition: { StringEquals: { 'aws:SourceVpce': 'x' } } };
    expect(await set(JSON.stringify(document(unknown))).catch((error: Error) => error.message)).toContain(
      'aws:SourceVpce',
    );
  });
});

describe('a bucket', () => {
  it('takes writes without a condition from nobody where its policy demands one', async () => {
    const s3 = new S3Client(guarded.developer);
    const put = (Key: string, more = {}) =>
      s3.send(new PutObjectCommand({ Bucket: guarded.ref('Bucket'), Key, Body: 'x', ...more })).catch(nameOf);
    expect(await put('outcomes/1')).toBe('AccessDenied');
    expect(await put('outcomes/1', { IfNoneMatch: '*' })).toMatchObject({ ETag: expect.any(String) });
    expect(await put('outputs/1')).toMatchObject({ ETag: expect.any(String) });
  });
});

describe('the record', () => {
  it('names what was used and what was refused, in the words of the template', async () => {
    const directory = join(guarded.directory, 'access');
    const [file = ''] = await readdir(directory);
    const lines = (await readFile(join(directory, file), 'utf8')).trim().split('\n');
    const records: Record<string, string>[] = lines.map((line) => JSON.parse(line));
    const grants = records.flatMap(({ grant }) => grant ?? []);
    expect(grants).toEqual(
      expect.arrayContaining([
        'events.amazonaws.com sqs:SendMessage Open',
        'events.amazonaws.com sqs:SendMessage DeadLetters',
        'events.amazonaws.com kms:GenerateDataKey* Key',
        'Sender sqs:SendMessage *',
        'Sender kms:GenerateDataKey Key',
        'Sender s3:DeleteObject Bucket/mine/*',
      ]),
    );
    expect(new Set(grants).size).toBe(grants.length);
    expect(grants.filter((grant) => !guarded.system.grants().includes(grant))).toEqual([]);
    expect(records.filter(({ refused }) => refused).map(({ action }) => action)).toContain('s3:DeleteObject');
  });
});
