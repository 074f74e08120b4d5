import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ofType } from './template.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

test('environments of functions hold only what invoke local can resolve: text, Ref, and Join of those', () => {
  const resolvable = (value: unknown): boolean => {
    if (typeof value === 'string') return true;
    const [name, argument] = Object.entries(value as object)[0] ?? [];
    return name === 'Ref' || (name === 'Fn::Join' && argument[1].every(resolvable));
  };
  for (const { logicalId, properties } of ofType('dev', 'AWS::Lambda::Function')) {
    const variables = Object.entries(properties.Environment.Variables);
    expect(
      variables.filter(([, value]) => !resolvable(value)),
      logicalId,
    ).toEqual([]);
  }
});

test('without a system invoke local says what it needs', async () => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-no-system-'));
  const invoked = promisify(execFile)(
    process.execPath,
    [join(project, 'node_modules', '.bin', 'serverless'), 'invoke', 'local', '-f', 'onSchedule', '-d', '{}'],
    {
      cwd: project,
      env: {
        ...process.env,
        SLIPWAY_HOME: home,
        // Port 9 (discard) is not listened on: nothing leaves this machine.
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_ACCESS_KEY_ID: 'none',
        AWS_SECRET_ACCESS_KEY: 'none',
      },
    },
  );
  const printed = await invoked.then(
    () => 'nothing went wrong',
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  await rm(home, { recursive: true, force: true });
  expect(printed).toContain('Start a local system with "npm start", or give the --stage of a deployed one.');
});
