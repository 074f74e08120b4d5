import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Access } from '../../../infra/local/iam/access.ts';
import type { Lookups } from '../../../infra/local/iam/authorization.ts';
import { authorizationOf, authorizedOperations } from '../../../infra/local/iam/authorizations/all.ts';
import { readRequest } from '../../../infra/local/s3/handle-request.ts';

const LOCAL = fileURLToPath(new URL('../../../infra/local', import.meta.url));
/** Folders of services → their signing names, where the two differ. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  autoscaling: 'application-autoscaling',
  cloudwatch: 'monitoring',
};
const SERVICES = readdirSync(LOCAL, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^\w+[\\/]operations$/.test(path))
  .map((path) => path.split(/[\\/]/)[0] ?? '');

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1';
const lookups: Lookups = {
  region: 'us-east-1',
  keyOf: (arn) => (arn.includes('secret') ? KEY : undefined),
  taskDefinition: (reference) => ({
    taskDefinitionArn: `arn:aws:ecs:us-east-1:000000000000:task-definition/${reference}:7`,
    taskRoleArn: 'arn:aws:iam::000000000000:role/task',
    executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
  }),
};

/** Names of the operations in a service's folder. */
async function operationsOf(service: string): Promise<string[]> {
  const folder = `${LOCAL}/${service}/operations`;
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map((name) => import(`${folder}/${name}`)));
  const found = modules.flatMap((module) => Object.values(module as Record<string, { name?: string; run?: unknown }>));
  const names = found.flatMap(({ name, run }) => (typeof run === 'function' && name ? [name] : []));
  // Lambda's Invoke has no shape of an operation: its bodies are payloads.
  return [...new Set(service === 'lambda' ? [...names, 'Invoke'] : names)].sort();
}

function asked(service: string, operation: string, input: object): string[] {
  const accesses = authorizationOf(service, operation)?.(input, lookups) ?? [];
  return accesses.map(({ action, resource }: Access) => `${action} ${resource}`);
}

function contextOf(service: string, operation: string, input: object): Access['context'] {
  return authorizationOf(service, operation)?.(input, lookups)[0]?.context;
}

const s3 = (method: string, path: string, headers: Record<string, string> = {}) => {
  const [rawPath = '', query] = path.split('?');
  const wire = { method, rawPath, query: new URLSearchParams(query), headers, body: undefined as never };
  return readRequest(wire);
};

describe('every operation of the stand-in', () => {
  it('is found', () => {
    expect(SERVICES.length).toBeGreaterThan(10);
  });

  it.each(SERVICES)('of %s has its permission, and none is left over', async (service) => {
    const signingName = SIGNING_NAMES[service] ?? service;
    expect(authorizedOperations(signingName).sort()).toEqual(await operationsOf(service));
  });

  it('has no permission of an object that is everywhere', () => {
    expect(authorizationOf('s3', 'constructor')).toBeUndefined();
    expect(authorizationOf('constructor', 'name')).toBeUndefined();
  });
});

describe('S3', () => {
  it.each([
    ['GetObject', s3('GET', '/b/k%20l'), ['s3:GetObject arn:aws:s3:::b/k l']],
    ['GetObject', s3('GET', '/b/k?versionId=1'), ['s3:GetObjectVersion arn:aws:s3:::b/k']],
    ['HeadObject', s3('HEAD', '/b/k'), ['s3:GetObject arn:aws:s3:::b/k']],
    ['GetObject', s3('GET', '/secret/k'), ['s3:GetObject arn:aws:s3:::secret/k', `kms:Decrypt ${KEY}`]],
    ['PutObject', s3('PUT', '/b/k'), ['s3:PutObject arn:aws:s3:::b/k']],
    [
      'PutObject',
      s3('PUT', '/b/k', { 'if-match': '"e"' }),
      ['s3:PutObject arn:aws:s3:::b/k', 's3:GetObject arn:aws:s3:::b/k'],
    ],
    [
      'PutObject',
      s3('PUT', '/b/k', { 'x-amz-tagging': 'a=b', 'x-amz-acl': 'private' }),
      ['s3:PutObject arn:aws:s3:::b/k', 's3:PutObjectAcl arn:aws:s3:::b/k', 's3:PutObjectTagging arn:aws:s3:::b/k'],
    ],
    ['PutObject', s3('PUT', '/secret/k'), ['s3:PutObject arn:aws:s3:::secret/k', `kms:GenerateDataKey ${KEY}`]],
    [
      'UploadPart',
      s3('PUT', '/secret/k?partNumber=1&uploadId=u'),
      ['s3:PutObject arn:aws:s3:::secret/k', `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`],
    ],
    [
      'CopyObject',
      s3('PUT', '/b/k', { 'x-amz-copy-source': '/from/a%2Fb?versionId=v' }),
      ['s3:PutObject arn:aws:s3:::b/k', 's3:GetObjectVersion arn:aws:s3:::from/a/b'],
    ],
    ['DeleteObject', s3('DELETE', '/b/k?versionId=1'), ['s3:DeleteObjectVersion arn:aws:s3:::b/k']],
    ['ListObjectsV2', s3('GET', '/b?list-type=2'), ['s3:ListBucket arn:aws:s3:::b']],
    ['ListObjectVersions', s3('GET', '/b?versions'), ['s3:ListBucketVersions arn:aws:s3:::b']],
    ['HeadBucket', s3('HEAD', '/b'), ['s3:ListBucket arn:aws:s3:::b']],
    ['ListBuckets', s3('GET', '/'), ['s3:ListAllMyBuckets *']],
  ])('%s of %j needs %j', (operation, request, expected) => {
    expect(asked('s3', operation, request)).toEqual(expected);
  });

  it('tells conditions of listings and of writes', () => {
    expect(contextOf('s3', 'ListObjectsV2', s3('GET', '/b?list-type=2&prefix=a/'))).toMatchObject({
      's3:prefix': 'a/',
    });
    expect(contextOf('s3', 'ListObjectsV2', s3('GET', '/b?list-type=2'))?.['s3:prefix']).toBeUndefined();
    expect(contextOf('s3', 'PutObject', s3('PUT', '/b/k', { 'if-none-match': '*' }))).toMatchObject({
      's3:if-none-match': '*',
      's3:ObjectCreationOperation': 'true',
    });
    expect(contextOf('s3', 'CreateMultipartUpload', s3('POST', '/b/k?uploads'))).toMatchObject({
      's3:ObjectCreationOperation': 'false',
    });
  });
});

describe('other services', () => {
  const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs';
  const task = 'arn:aws:ecs:us-east-1:000000000000:task/main/1';

  it.each([
    ['sqs', 'DeleteMessageBatch', { QueueUrl: 'http://127.0.0.1:1/000000000000/jobs' }, [`sqs:DeleteMessage ${queue}`]],
    [
      'sqs',
      'SendMessage',
      { QueueUrl: 'x/secret' },
      [`sqs:SendMessage ${queue.replace('jobs', 'secret')}`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`],
    ],
    [
      'sqs',
      'StartMessageMoveTask',
      { SourceArn: 's', DestinationArn: 'd' },
      [
        'sqs:StartMessageMoveTask s',
        'sqs:ReceiveMessage s',
        'sqs:DeleteMessage s',
        'sqs:GetQueueAttributes s',
        'sqs:SendMessage d',
      ],
    ],
    ['sqs', 'SendMessage', {}, ['sqs:SendMessage arn:aws:sqs:us-east-1:000000000000:']],
    ['sns', 'GetSubscriptionAttributes', { SubscriptionArn: 'arn:t:id' }, ['sns:GetSubscriptionAttributes arn:t']],
    [
      'ecs',
      'DescribeTasks',
      { cluster: 'main', tasks: ['1', task] },
      [`ecs:DescribeTasks ${task}`, `ecs:DescribeTasks ${task}`],
    ],
    ['ecs', 'ListTasks', { cluster: 'main' }, ['ecs:ListTasks *']],
    [
      'ecs',
      'RunTask',
      {
        cluster: 'arn:aws:ecs:us-east-1:000000000000:cluster/main',
        taskDefinition: 'job',
        tags: [{ key: 'a', value: 'b' }],
      },
      [
        'ecs:RunTask arn:aws:ecs:us-east-1:000000000000:task-definition/job:7',
        'iam:PassRole arn:aws:iam::000000000000:role/task',
        'iam:PassRole arn:aws:iam::000000000000:role/execution',
        'ecs:TagResource arn:aws:ecs:us-east-1:000000000000:task/main/*',
      ],
    ],
    [
      'ecs',
      'RunTask',
      { taskDefinition: 'job', overrides: { taskRoleArn: 'other' } },
      [
        'ecs:RunTask arn:aws:ecs:us-east-1:000000000000:task-definition/job:7',
        'iam:PassRole other',
        'iam:PassRole arn:aws:iam::000000000000:role/execution',
      ],
    ],
    [
      'events',
      'PutEvents',
      { Entries: [{}, {}] },
      ['events:PutEvents arn:aws:events:us-east-1:000000000000:event-bus/default'],
    ],
    [
      'lambda',
      'Invoke',
      { FunctionName: 'f:1' },
      ['lambda:InvokeFunction arn:aws:lambda:us-east-1:000000000000:function:f'],
    ],
    ['sts', 'GetCallerIdentity', {}, []],
  ])('%s %s of %j', (service, operation, input, expected) => {
    expect(asked(service, operation, input)).toEqual(expected);
  });

  it('take any input without falling over', () => {
    const odd = [
      {},
      { tasks: 1, clusters: 'x', Entries: [null], tags: [null], overrides: null, Target: 5, TaskHandle: 7 },
    ];
    const services = ['sqs', 'sns', 'ecs', 'events', 'lambda', 'logs', 'scheduler', 'monitoring', 'cloudformation'];
    for (const service of services) {
      for (const operation of authorizedOperations(service)) {
        for (const input of odd)
          expect(() => asked(service, operation, input), `${service} ${operation}`).not.toThrow();
      }
    }
  });

  it('say the cluster, and what a tag is for', () => {
    const input = { cluster: 'main', taskDefinition: 'job', tags: [{ key: 'Team', value: 'x' }] };
    expect(contextOf('ecs', 'RunTask', input)).toMatchObject({
      'ecs:cluster': 'arn:aws:ecs:us-east-1:000000000000:cluster/main',
      'aws:RequestTag/Team': 'x',
      'aws:TagKeys': ['Team'],
    });
    expect(authorizationOf('ecs', 'RunTask')?.(input, lookups).at(-1)?.context).toMatchObject({
      'ecs:CreateAction': 'RunTask',
    });
  });
});
