import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkSettings } from '../../../aws/settings.ts';
import { createTaskLauncher, type LaunchRequest, type TaskLauncher } from '../../../aws/task-launcher.ts';

/** RunTask's unhappy answers, which no stand-in gives at will: a server that says what the test wants. */
const answers: { status: number; body: object }[] = [];
const received: { target: string; body: Record<string, unknown> }[] = [];
let server: Server;
let client: ECSClient;
let launcher: TaskLauncher;

const NETWORK: NetworkSettings = {
  CLUSTER: 'main',
  SUBNETS: ['subnet-1', 'subnet-2'],
  SECURITY_GROUPS: ['sg-1'],
  ASSIGN_PUBLIC_IP: 'ENABLED',
};

const REQUEST: LaunchRequest = {
  taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:7',
  startedBy: 'job/abc/1',
  clientToken: 't'.repeat(64),
  changes: { environment: { JOB_ID: 'abc' }, size: { cpu: 1024, memory: 2048 }, scratchGib: 21 },
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ target: String(request.headers['x-amz-target']), body: JSON.parse(text) });
    const { status, body } = answers.shift() ?? { status: 200, body: {} };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new ECSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  launcher = createTaskLauncher(client, NETWORK);
});
afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  answers.length = 0;
  received.length = 0;
});

const error = (type: string, message: string, status = 400, more = {}) => ({
  status,
  body: { __type: type, message, ...more },
});

it('asks for one task in the default capacity of the cluster', async () => {
  answers.push({ status: 200, body: { tasks: [{ taskArn: 'arn:task/1', lastStatus: 'PROVISIONING' }], failures: [] } });
  expect(await launcher.launch(REQUEST)).toEqual({ kind: 'started', taskArn: 'arn:task/1', stopped: false });
  expect(received).toEqual([
    {
      target: 'AmazonEC2ContainerServiceV20141113.RunTask',
      body: {
        cluster: 'main',
        taskDefinition: REQUEST.taskDefinition,
        count: 1,
        startedBy: 'job/abc/1',
        clientToken: REQUEST.clientToken,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-1', 'subnet-2'],
            securityGroups: ['sg-1'],
            assignPublicIp: 'ENABLED',
          },
        },
        overrides: {
          cpu: '1024',
          memory: '2048',
          ephemeralStorage: { sizeInGiB: 21 },
          containerOverrides: [{ name: 'worker', environment: [{ name: 'JOB_ID', value: 'abc' }], memory: 2048 }],
        },
      },
    },
  ]);
});

it('names the launch type and no network where the settings say so', async () => {
  const { scratchGib: _, ...changes } = REQUEST.changes;
  await createTaskLauncher(client, { CLUSTER: 'main', LAUNCH_TYPE: 'EXTERNAL' }).launch({ ...REQUEST, changes });
  expect(received[0]?.body).toMatchObject({ cluster: 'main', launchType: 'EXTERNAL' });
  expect(received[0]?.body).not.toHaveProperty('networkConfiguration');
});

describe('what RunTask answers becomes what the caller decides by:', () => {
  it.each([
    [
      'the old answer to a token, its task ended',
      { status: 200, body: { tasks: [{ taskArn: 'arn:task/1', lastStatus: 'STOPPED' }] } },
      { kind: 'started', taskArn: 'arn:task/1', stopped: true },
    ],
    [
      'HTTP 200 without room',
      { status: 200, body: { tasks: [], failures: [{ reason: 'RESOURCE:MEMORY', detail: 'full' }] } },
      { kind: 'wait', code: 'RESOURCE:MEMORY', message: 'full' },
    ],
    [
      'HTTP 200 with a wrong cluster',
      { status: 200, body: { tasks: [], failures: [{ arn: 'x', reason: 'MISSING' }] } },
      { kind: 'refused', code: 'MISSING', message: 'MISSING' },
    ],
    ['HTTP 200 with nothing at all', { status: 200, body: {} }, { kind: 'wait', code: 'no-task' }],
    [
      'a token in use with other parameters',
      error('ConflictException', 'token', 400, { resourceIds: ['arn:task/7'] }),
      { kind: 'already-started', taskArns: ['arn:task/7'] },
    ],
    ['throttling', error('ThrottlingException', 'Rate exceeded'), { kind: 'wait', code: 'ThrottlingException' }],
    ['a fault of the server', error('ServerException', 'oops', 500), { kind: 'wait', code: 'ServerException' }],
    [
      'missing rights',
      error('AccessDeniedException', 'iam:PassRole'),
      { kind: 'refused', code: 'AccessDeniedException', message: 'iam:PassRole' },
    ],
    [
      'a full quota',
      error('ClientException', "You've reached the limit on the number of vCPUs you can run concurrently"),
      { kind: 'wait', code: 'ClientException' },
    ],
    ['an unknown family', error('ClientException', 'Unable to find task definition'), { kind: 'refused' }],
  ])('%s', async (_name, answer, expected) => {
    answers.push(answer);
    expect(await launcher.launch(REQUEST)).toMatchObject(expected);
  });

  it('no answer at all', async () => {
    const lost = new ECSClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    expect(await createTaskLauncher(lost, NETWORK).launch(REQUEST)).toMatchObject({ kind: 'wait' });
    lost.destroy();
  });
});

it('does not send overrides that ECS would refuse for their length', async () => {
  const changes = { environment: { JOB: 'x'.repeat(8192) } };
  expect(await launcher.launch({ ...REQUEST, changes })).toMatchObject({ kind: 'refused', code: 'overrides-too-long' });
  expect(received).toEqual([]);
});

it.each([
  [{ family: 'sweep' }, { family: 'sweep' }],
  [{ startedBy: 'job/abc/2' }, { startedBy: 'job/abc/2' }],
])('lists the live tasks of %o', async (filter, sent) => {
  answers.push({ status: 200, body: { taskArns: ['arn:task/1'] } });
  expect(await launcher.live(filter)).toEqual(['arn:task/1']);
  expect(received[0]).toMatchObject({ body: { cluster: 'main', desiredStatus: 'RUNNING', ...sent } });
});
