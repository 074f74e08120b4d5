import { expect, test } from 'vitest';
import { type CheckSources, runChecks } from '../../../cli/deploy/checks.ts';
import { refuseFailedChecks } from '../../../cli/deploy/run-deploy.ts';
import type { RunProgram } from '../../../cli/deploy/run-program.ts';

/** Programs that are there, and what `info` says; others are not installed. */
const programs =
  (there: Record<string, { exitCode: number; printed: string }>): RunProgram =>
  async (program) =>
    there[program] ?? { exitCode: null, printed: `spawn ${program} ENOENT` };

const named = (name: string, message = 'no') => Object.assign(new Error(message), { name });

const GOOD: CheckSources = {
  nodeVersion: 'v24.1.0',
  region: 'eu-west-1',
  build: undefined,
  caller: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/me' }),
  compile: async () => '/tmp/template.json',
  run: programs({ podman: { exitCode: 0, printed: '' } }),
};

test('with everything in order, every check says so, and the first engine that works is taken', async () => {
  const report = await runChecks(GOOD);
  expect(report).toMatchObject({ failed: [], builder: 'podman', template: '/tmp/template.json' });
  expect(report.passed).toEqual([
    'Node 24.1.0',
    'Region eu-west-1',
    'account 123456789012, as arn:aws:iam::123456789012:user/me',
    'podman answers',
    'the template compiles',
  ]);
  expect(() => refuseFailedChecks(report)).not.toThrow();
});

test('whatever fails is told at once, beside what is in order', async () => {
  const report = await runChecks({
    ...GOOD,
    nodeVersion: 'v20.19.0',
    caller: async () => Promise.reject(named('CredentialsProviderError')),
    compile: async () => Promise.reject(new Error('serverless package ended with 1:\n\nError:\nStage parameter x.\n')),
    run: programs({ docker: { exitCode: 1, printed: 'Cannot connect to the Docker daemon\n' } }),
  });
  expect(report.failed).toHaveLength(4);
  let message = '';
  try {
    refuseFailedChecks(report);
  } catch (error) {
    message = String(error);
  }
  for (const part of [
    'nothing was changed',
    '✖ This is Node 20.19.0; Node 24 or newer is needed',
    '✖ No AWS credentials were found',
    '✖ No container engine works here: docker does not answer: Cannot connect to the Docker daemon; podman is not installed; finch is not installed; start one of them, or let AWS build the image: --build codebuild.',
    '✖ The template does not compile: Stage parameter x.',
    '✔ Region eu-west-1',
  ]) {
    expect(message).toContain(part);
  }
});

test.each([
  ['ExpiredTokenException', 'expired', 'have expired'],
  ['InvalidClientTokenId', 'The security token is invalid', 'does not take the credentials'],
  ['Error', 'getaddrinfo ENOTFOUND sts.xx-east-1.amazonaws.com', 'AWS was not reached in Region "eu-west-1"'],
  ['TimeoutError', 'socket hang up', 'could not be checked: socket hang up'],
])('credentials with %s (%s): %s', async (name, message, sentence) => {
  const { failed } = await runChecks({ ...GOOD, caller: async () => Promise.reject(named(name, message)) });
  expect(failed).toHaveLength(1);
  expect(failed[0]).toContain(sentence);
});

test('without a Region nobody is asked for credentials', async () => {
  const { failed } = await runChecks({
    ...GOOD,
    region: undefined,
    caller: async () => Promise.reject(named('Asked')),
  });
  expect(failed).toEqual([expect.stringContaining('No Region is named: give --region')]);
});

test('an engine that was asked for is the only one that is looked at; CodeBuild needs none', async () => {
  const docker = await runChecks({ ...GOOD, build: 'docker' });
  expect(docker.failed).toEqual([expect.stringContaining('No container engine works here: docker is not installed;')]);
  expect(await runChecks({ ...GOOD, build: 'codebuild', run: programs({}) })).toMatchObject({
    builder: 'codebuild',
    failed: [],
  });
});
