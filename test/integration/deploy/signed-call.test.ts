import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonService } from '../../../cli/deploy/signed-call.ts';

let seen: { headers: IncomingMessage['headers']; body: string } | undefined;
let status = 200;
let endpoint = '';

const server = createServer(async (request, response) => {
  seen = { headers: request.headers, body: await text(request) };
  response.writeHead(status).end(status === 200 ? '{"build":{"id":"1"}}' : '{"__type":"ResourceNotFoundException"}');
});

beforeEach(async () => {
  status = 200;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const call = (operation: string, input: object) =>
  jsonService('codebuild', 'CodeBuild_20161006', {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
  })(operation, input);

test('a call is signed for its service and Region, and speaks JSON 1.1', async () => {
  expect(await call('StartBuild', { projectName: 'p' })).toEqual({ build: { id: '1' } });
  expect(seen?.body).toBe('{"projectName":"p"}');
  expect(seen?.headers['x-amz-target']).toBe('CodeBuild_20161006.StartBuild');
  expect(seen?.headers['content-type']).toBe('application/x-amz-json-1.1');
  expect(seen?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/codebuild\/aws4_request, /,
  );
});

test('a refusal is told with what the service said', async () => {
  status = 400;
  await expect(call('StartBuild', {})).rejects.toThrow(
    'codebuild refused StartBuild (400): {"__type":"ResourceNotFoundException"}',
  );
});
