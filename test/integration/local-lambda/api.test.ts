import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import type { FunctionAnswer } from '../../../infra/local/lambda/offline-invoker.ts';
import { create, FUNCTION_ARN, localLambda, QUEUE_ARN } from '../../support/local-lambda.ts';
import { until } from '../../support/until.ts';

const payloads: string[] = [];
let answer: () => FunctionAnswer = () => ({ payload: '{"ok":true}' });

const system = localLambda(systemClock(), async (_name, payload) => {
  payloads.push(payload);
  lambda.appendFunctionLog('worker', 'hello from the function');
  return answer();
});
const lambda = system.boot();
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let client: LambdaClient;

beforeAll(async () => {
  await create(lambda, 'AWS::Lambda::Function', {
    FunctionName: 'worker',
    Handler: 'worker.handler',
    Runtime: 'nodejs24.x',
    MemorySize: 512,
    Timeout: '30',
    Code: { S3Bucket: 'b', S3Key: 'k' },
    Environment: { Variables: { STAGE: 'dev', LIMIT: 5 } },
  });
  await create(lambda, 'AWS::Lambda::EventInvokeConfig', {
    FunctionName: 'worker',
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 1,
  });
  await create(lambda, 'AWS::Lambda::EventSourceMapping', {
    EventSourceArn: QUEUE_ARN,
    FunctionName: FUNCTION_ARN,
    Enabled: false,
  });
  await create(lambda, 'AWS::Lambda::Permission', {
    FunctionName: FUNCTION_ARN,
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
    SourceArn: 'arn:rule',
  });
  endpoint = await serveEndpoint({ port: 0, services: lambda.wire ? [lambda.wire] : [] });
  lambda.start?.();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new LambdaClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
  await lambda.stop?.();
  await system.close();
});

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString('utf8');

describe('Invoke through the SDK', () => {
  it('answers with what the function returns, and with the tail of its log', async () => {
    const answered = await client.send(
      new InvokeCommand({ FunctionName: 'worker', Payload: '{"a":"ü"}', LogType: 'Tail' }),
    );
    expect(answered).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answered.FunctionError).toBeUndefined();
    expect(text(answered.Payload)).toBe('{"ok":true}');
    expect(payloads.at(-1)).toBe('{"a":"ü"}');
    const tail = Buffer.from(answered.LogResult ?? '', 'base64').toString('utf8');
    expect(tail).toMatch(/^START RequestId: .*\nhello from the function\nEND RequestId: .*\nREPORT RequestId: /);
  });

  it('takes an ARN with a qualifier, and no payload', async () => {
    await client.send(new InvokeCommand({ FunctionName: `${FUNCTION_ARN}:$LATEST` }));
    expect(payloads.at(-1)).toBe('{}');
  });

  it('passes on that the function threw', async () => {
    answer = () => ({ payload: '{"errorType":"Error","errorMessage":"boom"}', functionError: 'Unhandled' });
    const answered = await client.send(new InvokeCommand({ FunctionName: 'worker' }));
    answer = () => ({ payload: 'null' });
    expect(answered).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text(answered.Payload))).toEqual({ errorType: 'Error', errorMessage: 'boom' });
  });

  it('accepts an event and runs it afterwards', async () => {
    const answered = await client.send(
      new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: '{"later":1}' }),
    );
    expect(answered.StatusCode).toBe(202);
    await until(() => payloads.at(-1) === '{"later":1}');
  });

  it('checks without running in a dry run', async () => {
    const before = payloads.length;
    expect(
      (await client.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'DryRun' }))).StatusCode,
    ).toBe(204);
    expect(payloads).toHaveLength(before);
  });

  it.each([
    ['an unknown function', { FunctionName: 'nobody' }, 'ResourceNotFoundException'],
    ['a payload that is no JSON', { Payload: '{' }, 'InvalidRequestContentException'],
    [
      'a payload over 6 MiB',
      { Payload: JSON.stringify('x'.repeat(6 * 1024 * 1024)) },
      'RequestEntityTooLargeException',
    ],
    [
      'an event over 1 MiB',
      { Payload: JSON.stringify('x'.repeat(1024 * 1024)), InvocationType: 'Event' as const },
      'RequestEntityTooLargeException',
    ],
  ])('refuses %s', async (_name, input, name) => {
    await expect(client.send(new InvokeCommand({ FunctionName: 'worker', ...input }))).rejects.toMatchObject({ name });
  });

  it('throttles when the reserved concurrency is in use', async () => {
    await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'closed', ReservedConcurrentExecutions: 0 });
    await expect(client.send(new InvokeCommand({ FunctionName: 'closed' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });
});

describe('the template, read through the SDK', () => {
  it('shows functions', async () => {
    const listed = await client.send(new ListFunctionsCommand({}));
    expect(listed.Functions?.map(({ FunctionName }) => FunctionName)).toContain('worker');
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'worker' }));
    expect(Configuration).toMatchObject({
      FunctionArn: FUNCTION_ARN,
      Timeout: 30,
      Handler: 'worker.handler',
      State: 'Active',
    });
    const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName: FUNCTION_ARN }));
    expect(configuration.Environment?.Variables).toEqual({ STAGE: 'dev', LIMIT: '5' });
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('shows mappings', async () => {
    const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'worker' }));
    expect(EventSourceMappings).toMatchObject([
      { EventSourceArn: QUEUE_ARN, FunctionArn: FUNCTION_ARN, State: 'Disabled', BatchSize: 10 },
    ]);
    const UUID = EventSourceMappings?.[0]?.UUID;
    expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      UUID,
      EventSourceArn: QUEUE_ARN,
    });
  });

  it('shows what happens to events, and who may invoke', async () => {
    expect(await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'worker' }))).toMatchObject({
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 21_600,
    });
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName: 'worker' }));
    expect(JSON.parse(Policy ?? '').Statement).toMatchObject([{ Principal: { Service: 'events.amazonaws.com' } }]);
  });
});
