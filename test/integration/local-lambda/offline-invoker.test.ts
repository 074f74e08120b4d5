import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InvokeFunction, offlineInvoker } from '../../../infra/local/lambda/offline-invoker.ts';
import { until } from '../../support/until.ts';

const root = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'offline-invoker-'));
const never = new AbortController().signal;
let child: ChildProcess;
let output = '';
let invoke: InvokeFunction;
let baseUrl: string;

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(
    join(directory, 'serverless.yml'),
    `service: probe
frameworkVersion: '4'
plugins: [serverless-offline]
provider: { name: aws, runtime: nodejs24.x, timeout: 1 }
functions:
  f: { handler: f.handler }
`,
  );
  writeFileSync(
    join(directory, 'f.js'),
    `exports.handler = async (event) => {
      if (event.throws) throw new TypeError('boom');
      if (event.hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return event.returns;
    };`,
  );
  const [lambdaPort, httpPort, websocketPort] = [await freePort(), await freePort(), await freePort()];
  baseUrl = `http://127.0.0.1:${lambdaPort}`;
  const serverless = join(root, 'node_modules/.bin/serverless');
  const ports = ['--lambdaPort', lambdaPort, '--httpPort', httpPort, '--websocketPort', websocketPort].map(String);
  child = spawn(process.execPath, [serverless, 'offline', 'start', '--host', '127.0.0.1', '--noSponsor', ...ports], {
    cwd: directory,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
  });
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  invoke = offlineInvoker(baseUrl);
  await until(
    () => accepts(),
    30_000,
    () => output,
  );
});
afterAll(async () => {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  rmSync(directory, { recursive: true });
});

async function accepts(): Promise<boolean> {
  return await invoke('nobody', '{}', never).then(
    () => true,
    (error: { code?: string }) => error.code === 'ResourceNotFoundException',
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

const run = (event: object) => invoke('probe-dev-f', JSON.stringify(event), never);

describe('invoking through serverless-offline', () => {
  it.each([
    ['an object', { a: 'ü' }, '{"a":"ü"}'],
    ['nothing', undefined, 'null'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['a text with quotes', 'say "hi"\n', '"say \\"hi\\"\\n"'],
    ['a list', [1], '[1]'],
  ])('gives %s that the function returns', async (_name, returns, payload) => {
    expect(await run({ returns })).toEqual({ payload });
  });

  it('tells that the function threw', async () => {
    const answer = await run({ throws: true });
    expect(answer.functionError).toBe('Unhandled');
    expect(JSON.parse(answer.payload)).toMatchObject({ errorMessage: 'boom' });
  });

  it('tells that the function ran out of time', async () => {
    const answer = await run({ hangs: true });
    expect(answer.functionError).toBe('Unhandled');
    expect(JSON.parse(answer.payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Error: Task timed out',
    });
  });

  it('rejects for a function that is not there, for a server that is not, and when it is aborted', async () => {
    await expect(invoke('nobody', '{}', never)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await expect(offlineInvoker(nowhere)('f', '{}', never)).rejects.toThrow(/ECONNREFUSED/);
    await expect(invoke('probe-dev-f', '{"hangs":true}', AbortSignal.timeout(20))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
