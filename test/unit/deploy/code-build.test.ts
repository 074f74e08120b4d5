import { expect, test } from 'vitest';
import { runCodeBuild } from '../../../cli/deploy/code-build.ts';
import { fakePace } from '../../support/fake-stacks.ts';

const ORDER = { project: 'BuildProject-1', source: 'sources/abc.zip', tag: 'abc' };

/** CodeBuild by script: each look at the build takes the next state. */
function codeBuild(...states: object[]) {
  const calls: [string, object][] = [];
  const call = async (operation: string, input: object) => {
    calls.push([operation, input]);
    return operation === 'StartBuild' ? { build: { id: 'p:1' } } : { builds: [{ id: 'p:1', ...states.shift() }] };
  };
  return { calls, call };
}

test('a build is started from its own archive under its tag, and waited for', async () => {
  const { calls, call } = codeBuild(
    { buildStatus: 'IN_PROGRESS', currentPhase: 'PROVISIONING' },
    { buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD' },
    { buildStatus: 'SUCCEEDED' },
  );
  const pace = fakePace();
  await runCodeBuild(ORDER, call, pace);
  expect(calls[0]).toEqual([
    'StartBuild',
    {
      projectName: 'BuildProject-1',
      sourceLocationOverride: 'sources/abc.zip',
      environmentVariablesOverride: [{ name: 'IMAGE_TAG', value: 'abc', type: 'PLAINTEXT' }],
    },
  ]);
  expect(pace.said).toEqual(['CodeBuild: build p:1 started', 'CodeBuild: provisioning', 'CodeBuild: build']);
});

test('a build that fails is told with its phase, its reason and its log', async () => {
  const { call } = codeBuild({
    buildStatus: 'FAILED',
    logs: { deepLink: 'https://console/log' },
    phases: [
      { phaseType: 'INSTALL', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'BUILD', phaseStatus: 'FAILED', contexts: [{ message: 'docker push: exit status 1' }] },
    ],
  });
  await expect(runCodeBuild(ORDER, call, fakePace())).rejects.toThrow(
    'Build p:1 ended with FAILED in BUILD: docker push: exit status 1.\nIts log: https://console/log',
  );
});

test('a build that never ends is given up after an hour', async () => {
  const pace = fakePace();
  const { call } = codeBuild(...Array.from({ length: 1000 }, () => ({ buildStatus: 'IN_PROGRESS' })));
  await expect(runCodeBuild(ORDER, call, pace)).rejects.toThrow('has not ended within an hour');
  expect(pace.slept()).toBe(3_600_000);
});
