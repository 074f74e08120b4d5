import { GetEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createResponderSwitch } from '../../../aws/responder-switch.ts';
import { systemClock } from '../../../infra/local/clock.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import { create, localLambda, QUEUE_ARN } from '../../support/local-lambda.ts';
import { until } from '../../support/until.ts';

const bodies: string[] = [];
let system: ReturnType<typeof localLambda>;
let lambda: ReturnType<typeof system.boot>;
let endpoint: Awaited<ReturnType<typeof serveEndpoint>>;
let client: LambdaClient;
let uuid: string;

async function boot(): Promise<void> {
  lambda = system.boot();
  await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'worker' });
  const mapping = { EventSourceArn: QUEUE_ARN, FunctionName: 'worker', BatchSize: 1 };
  uuid = (await create(lambda, 'AWS::Lambda::EventSourceMapping', mapping)).ref;
  endpoint = await serveEndpoint({ port: 0, services: lambda.wire ? [lambda.wire] : [] });
  lambda.start?.();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new LambdaClient({ endpoint: endpoint.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
}

async function shutDown(): Promise<void> {
  await lambda.stop?.();
  client.destroy();
  await endpoint.close();
}

beforeEach(async () => {
  bodies.length = 0;
  system = localLambda(systemClock(), async (_name, payload) => {
    bodies.push(...JSON.parse(payload).Records.map(({ body }: { body: string }) => body));
    return { payload: 'null' };
  });
  await create(system.sqs, 'AWS::SQS::Queue', { QueueName: 'launch', VisibilityTimeout: 30 });
  await boot();
});
afterEach(async () => {
  await shutDown();
  await system.close();
});

const state = async () => (await client.send(new GetEventSourceMappingCommand({ UUID: uuid }))).State;

it('a mapping that is switched off leaves messages in the queue, and takes them when it is on again', async () => {
  const toggle = createResponderSwitch(client, uuid);
  await toggle.set(false);
  expect(await state()).toBe('Disabled');
  system.sqs.send(QUEUE_ARN, 'waits');
  // Nobody else takes it: a receive finds it there.
  const [message] = await system.sqs.receive(QUEUE_ARN, {
    max: 1,
    waitSeconds: 1,
    signal: new AbortController().signal,
  });
  expect(message?.body).toBe('waits');
  await system.sqs.release(QUEUE_ARN, message?.receiptHandle ?? '', 0);
  await toggle.set(true);
  await until(() => bodies.includes('waits'));
  expect(await state()).toBe('Enabled');
});

it('outlives a boot, which makes everything else anew from the template', async () => {
  await client.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false }));
  await shutDown();
  await boot();
  expect(await state()).toBe('Disabled');
});

it('takes no other change, and knows no other mapping', async () => {
  const change = (input: object) => client.send(new UpdateEventSourceMappingCommand({ UUID: uuid, ...input }));
  await expect(change({ BatchSize: 5 })).rejects.toThrow('BatchSize');
  await expect(change({ UUID: 'other' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('a switch says nothing twice, and again what was not heard', async () => {
  const said: unknown[] = [];
  let fails = false;
  const send = async ({ input }: UpdateEventSourceMappingCommand) => {
    said.push(input.Enabled);
    if (fails) throw new Error('ResourceInUseException');
  };
  const toggle = createResponderSwitch({ send } as unknown as LambdaClient, 'uuid');
  await toggle.set(true);
  await toggle.set(true);
  fails = true;
  await expect(toggle.set(false)).rejects.toThrow('ResourceInUse');
  fails = false;
  await toggle.set(true);
  expect(said).toEqual([true, false, true]);
});
