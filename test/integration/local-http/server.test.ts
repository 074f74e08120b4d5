import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import { jsonHandler } from '../../../infra/local/http/json-protocol.ts';
import { restJsonHandler } from '../../../infra/local/http/rest-json-protocol.ts';
import { type Endpoint, serveEndpoint } from '../../../infra/local/http/server.ts';
import { operation } from '../../../infra/local/service.ts';

const echo = operation(
  'Echo',
  z.strictObject({ Text: z.string(), Name: z.string().optional() }),
  (_store, input, call) => ({
    ...input,
    principal: call.principal,
    origin: call.origin,
  }),
);
const fail = operation('Fail', z.strictObject({}), () => {
  throw new AwsError('ConflictException', 'Taken.', 409, { resourceIds: ['a'] });
});
const crash = operation('Crash', z.strictObject({}), () => {
  throw new TypeError('oops');
});

let endpoint: Endpoint;

async function serve(): Promise<void> {
  const operations = [echo, fail, crash];
  endpoint = await serveEndpoint({
    port: 0,
    services: [
      {
        signingNames: ['ecs'],
        handle: jsonHandler({ service: 'ecs', targetPrefix: 'X', version: '1.1', store: {}, operations }),
      },
      {
        signingNames: ['scheduler'],
        handle: restJsonHandler({
          service: 'scheduler',
          store: {},
          routes: [{ method: 'PUT', path: '/things/{Name}', operation: echo }],
        }),
      },
    ],
  });
}

async function call(service: string, target: string, body: string) {
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/${service}/aws4_request, Signature=0`,
      'x-amz-target': `X.${target}`,
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

afterEach(() => endpoint.close());

it('chooses the service by the credential scope and says who calls', async () => {
  await serve();
  expect(await call('ecs', 'Echo', '{"Text":"hi"}')).toEqual({
    status: 200,
    body: { Text: 'hi', principal: 'KEY', origin: endpoint.url },
  });
});

it('gives path parameters to the operation, percent-decoded', async () => {
  await serve();
  const authorization = 'AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/scheduler/aws4_request, Signature=0';
  const response = await fetch(`${endpoint.url}/things/a%2Fb`, {
    method: 'PUT',
    headers: { authorization },
    body: '{"Text":"t"}',
  });
  expect(await response.json()).toMatchObject({ Name: 'a/b', Text: 't' });
});

it.each([
  ['an operation that does not exist', 'ecs', 'Nope', '{}', 501, 'NotImplemented', 'Operation ecs:Nope is not'],
  [
    'a parameter that is not known',
    'ecs',
    'Echo',
    '{"Text":"a","Odd":1}',
    501,
    'NotImplemented',
    'Parameter Odd of Echo',
  ],
  ['a missing parameter', 'ecs', 'Echo', '{}', 400, 'ValidationException', 'Echo: Text:'],
  ['a service that does not exist', 'neptune', 'X', '{}', 501, 'NotImplemented', 'Operation neptune:X is not'],
  ['an error of AWS', 'ecs', 'Fail', '{}', 409, 'ConflictException', 'Taken.'],
  ['a fault of its own', 'ecs', 'Crash', '{}', 500, 'InternalFailure', 'The local stand-in failed: oops'],
  ['a body that is not JSON', 'ecs', 'Echo', '{', 400, 'SerializationException', 'not JSON'],
])('answers %s in the shape of AWS', async (_name, service, target, body, status, type, message) => {
  await serve();
  const answer = await call(service, target, body);
  expect(answer.status).toBe(status);
  expect(answer.body.__type).toBe(type);
  expect(answer.body.message).toContain(message);
});

it('answers a Query request to a service that does not exist in XML', async () => {
  await serve();
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/iam/aws4_request, Signature=0' },
    body: new URLSearchParams({ Action: 'ListRoles', Version: '2010-05-08' }),
  });
  expect(response.status).toBe(501);
  expect(await response.text()).toMatch(/<Code>NotImplemented<\/Code><Message>Operation iam:ListRoles is not/);
});

it('names the service when a request to one that does not exist is neither', async () => {
  await serve();
  const authorization =
    'AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/elasticfilesystem/aws4_request, Signature=0';
  const response = await fetch(`${endpoint.url}/2015-02-01/file-systems`, { headers: { authorization } });
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({ message: expect.stringContaining('Service elasticfilesystem is not') });
});
