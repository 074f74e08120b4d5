import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTasksCommand, ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type GuardedSystem, guardedSystem, role } from './guarded-system.ts';

let guarded: GuardedSystem;

beforeAll(async () => {
  guarded = await guardedSystem({
    Nobody: role(),
    Reader: role([allow('s3:GetObject', '*')]),
    Lister: role([allow('s3:GetObject', '*'), allow('s3:ListBucket', '*')]),
    Bucket: { Type: 'AWS::S3::Bucket' },
    Queue: { Type: 'AWS::SQS::Queue' },
    Topic: { Type: 'AWS::SNS::Topic' },
    Cluster: { Type: 'AWS::ECS::Cluster' },
  });
});
afterAll(() => guarded.close());

interface Refusal {
  readonly name: string;
  readonly Code?: string;
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (thrown) {
    const error = thrown as Refusal;
    return { code: error.Code ?? error.name, status: error.$metadata.httpStatusCode, message: error.message };
  }
  throw new Error('The call was expected to be refused.');
}

/** What AWS says of an action on a resource. */
const sentence = (action: string, resource: string) =>
  `User: ${userOf()} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

function userOf(): string {
  return `arn:aws:sts::000000000000:assumed-role/${guarded.ref('Nobody')}/session`;
}

describe('who is allowed nothing hears it in the service’s own way', () => {
  const me = () => guarded.as('Nobody');

  it('from S3, in XML, the resource in quotes', async () => {
    const Bucket = guarded.ref('Bucket');
    const answer = refusalOf(new S3Client(me()).send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'x' })));
    expect(await answer).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: sentence('s3:PutObject', `"arn:aws:s3:::${Bucket}/a b"`),
    });
  });

  it('from SQS, in JSON, in small letters, a batch as the single action', async () => {
    const QueueUrl = guarded.ref('Queue');
    const client = new SQSClient(me());
    const expected = {
      code: 'AccessDenied',
      status: 403,
      message: sentence('sqs:sendmessage', `arn:aws:sqs:us-east-1:000000000000:${QueueUrl.split('/').at(-1)}`),
    };
    expect(await refusalOf(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).toEqual(expected);
    const Entries = [{ Id: '1', MessageBody: 'x' }];
    expect(await refusalOf(client.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).toEqual(expected);
  });

  it('from SQS over Query, as older clients speak', async () => {
    const { accessKeyId } = me().credentials;
    const answer = await fetch(guarded.ref('Queue'), {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/sqs/aws4_request`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=ReceiveMessage',
    });
    expect(answer.status).toBe(403);
    const body = await answer.text();
    expect(body).toMatch(/^<ErrorResponse .*<Type>Sender<\/Type><Code>AccessDenied<\/Code><Message>User: /);
    expect(body).toContain('not authorized to perform: sqs:receivemessage on resource: arn:aws:sqs:');
  });

  it('from SNS, over Query, as AuthorizationError', async () => {
    const TopicArn = guarded.ref('Topic');
    expect(await refusalOf(new SNSClient(me()).send(new PublishCommand({ TopicArn, Message: 'x' })))).toEqual({
      code: 'AuthorizationError',
      status: 403,
      message: sentence('SNS:Publish', TopicArn),
    });
  });

  it('from ECS, in JSON', async () => {
    const cluster = guarded.ref('Cluster');
    const tasks = ['0'.repeat(32)];
    expect(await refusalOf(new ECSClient(me()).send(new DescribeTasksCommand({ cluster, tasks })))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message: sentence('ecs:DescribeTasks', `arn:aws:ecs:us-east-1:000000000000:task/${cluster}/${tasks[0]}`),
    });
  });

  it('from CloudWatch, Logs, Lambda and the Scheduler', async () => {
    const metric = new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'm', Value: 1 }] });
    expect(await refusalOf(new CloudWatchClient(me()).send(metric))).toMatchObject({
      status: 403,
      message: sentence('cloudwatch:PutMetricData', '*'),
    });
    const lines = { logGroupName: 'g', logStreamName: 's', logEvents: [{ timestamp: Date.now(), message: 'x' }] };
    expect(await refusalOf(new CloudWatchLogsClient(me()).send(new PutLogEventsCommand(lines)))).toEqual({
      code: 'AccessDeniedException',
      status: 400,
      message: sentence('logs:PutLogEvents', 'arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s'),
    });
    expect(await refusalOf(new LambdaClient(me()).send(new InvokeCommand({ FunctionName: 'f' })))).toEqual({
      code: 'AccessDeniedException',
      status: 403,
      message: sentence('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:000000000000:function:f'),
    });
    const schedule = new GetScheduleCommand({ Name: 's' });
    expect(await refusalOf(new SchedulerClient(me()).send(schedule))).toMatchObject({
      code: 'AccessDeniedException',
      message: sentence('scheduler:GetSchedule', 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s'),
    });
  });

  it('and may still ask who it is', async () => {
    expect((await new STSClient(me()).send(new GetCallerIdentityCommand({}))).Arn).toBe(userOf());
  });

  it('as does who sends no signature', async () => {
    const answer = await fetch(`${guarded.system.url}/${guarded.ref('Bucket')}/key`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code><Message>Access Denied</Message>');
  });

  it('while anybody else is the administrator', async () => {
    const Bucket = guarded.ref('Bucket');
    await new S3Client(guarded.developer).send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'x' }));
  });
});

describe('an object that does not exist', () => {
  const object = () => ({ Bucket: guarded.ref('Bucket'), Key: 'missing' });

  it('is missing to who may list the bucket, and forbidden to the rest', async () => {
    const reader = new S3Client(guarded.as('Reader'));
    expect(await refusalOf(reader.send(new GetObjectCommand(object())))).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::'),
    });
    expect((await refusalOf(reader.send(new HeadObjectCommand(object())))).status).toBe(403);
    const lister = new S3Client(guarded.as('Lister'));
    expect((await refusalOf(lister.send(new GetObjectCommand(object())))).code).toBe('NoSuchKey');
    expect((await refusalOf(lister.send(new HeadObjectCommand(object())))).status).toBe(404);
  });
});

describe('what a task definition has', () => {
  it('must be passed on by who runs it', async () => {
    const own = await guardedSystem({
      TaskRole: role(),
      Cluster: { Type: 'AWS::ECS::Cluster' },
      Definition: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          Family: 'job',
          RequiresCompatibilities: ['FARGATE'],
          NetworkMode: 'awsvpc',
          Cpu: '256',
          Memory: '512',
          TaskRoleArn: { 'Fn::GetAtt': ['TaskRole', 'Arn'] },
          ContainerDefinitions: [{ Name: 'c', Image: 'nowhere' }],
        },
      },
      Launcher: role([
        allow('ecs:RunTask', '*', { ArnEquals: { 'ecs:cluster': { 'Fn::GetAtt': ['Cluster', 'Arn'] } } }),
      ]),
      Passer: role([
        allow('ecs:RunTask', { Ref: 'Definition' }),
        allow(
          'iam:PassRole',
          { 'Fn::GetAtt': ['TaskRole', 'Arn'] },
          { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
        ),
      ]),
    });
    const run = (who: string, more = {}) =>
      new ECSClient(own.as(who)).send(
        new RunTaskCommand({ taskDefinition: 'job', cluster: own.ref('Cluster'), ...more }),
      );
    try {
      const passRole = 'is not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/';
      expect((await refusalOf(run('Launcher'))).message).toContain(passRole);
      const elsewhere = await refusalOf(run('Launcher', { cluster: 'other' }));
      expect(elsewhere.message).toMatch(
        /ecs:RunTask on resource: arn:aws:ecs:us-east-1:000000000000:task-definition\/job:1 /,
      );
      const tagged = await refusalOf(run('Passer', { tags: [{ key: 'a', value: 'b' }] }));
      expect(tagged.message).toContain('ecs:TagResource on resource: arn:aws:ecs:us-east-1:000000000000:task/');
      const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
      const started = await run('Passer', { launchType: 'FARGATE', networkConfiguration });
      expect(started.tasks).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});
