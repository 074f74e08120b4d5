import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import type { DeployOptions } from '../../../cli/deploy/options.ts';
import { type DeployPorts, runDeploy } from '../../../cli/deploy/run-deploy.ts';
import type { RunProgram } from '../../../cli/deploy/run-program.ts';
import { fakePace, fakeStacks } from '../../support/fake-stacks.ts';

const projectDirectory = fileURLToPath(new URL('../../..', import.meta.url));
const DIGEST = `sha256:${'d'.repeat(64)}`;
const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const REVISION = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/slipway-dev-worker:7';
const OLD_REVISION = REVISION.replace(':7', ':6');
const OPTIONS: DeployOptions = {
  stage: 'dev',
  region: undefined,
  params: ['maxTasks=2'],
  build: undefined,
  imageDigest: undefined,
  imageUri: undefined,
  yes: true,
};

/** An account by script. */
function world() {
  const stacks = fakeStacks();
  const pace = fakePace();
  const programs: string[] = [];
  const printed: string[] = [];
  const images = new Map<string, string>();
  const state = { serverlessExit: 0, running: REVISION, answer: true, pushes: true };
  stacks.give('slipway-dev-image', {
    outputs: { RepositoryUri: `${HOST}/slipway/dev` },
    after: { create: ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE'] },
  });
  stacks.give('slipway-dev', {
    outputs: {
      ClusterName: 'cluster',
      WorkerServiceName: 'worker',
      InboxBucketName: 'inbox-1',
      ResultsBucketName: 'results-1',
      AlertTopicArn: 'topic',
    },
    resources: [
      {
        logicalId: 'WorkerTaskDefinition',
        physicalId: REVISION,
        type: 'AWS::ECS::TaskDefinition',
        status: 'CREATE_COMPLETE',
      },
      {
        logicalId: 'Dashboard',
        physicalId: 'slipway dev',
        type: 'AWS::CloudWatch::Dashboard',
        status: 'CREATE_COMPLETE',
      },
    ],
    after: { delete: [undefined] },
  });
  const run: RunProgram = async (program, args) => {
    const name = program.endsWith('node') ? `serverless ${args.slice(1).join(' ')}` : `${program} ${args.join(' ')}`;
    programs.push(name);
    if (program === 'git') return { exitCode: 128, printed: 'not a git repository' };
    if (name.startsWith('serverless')) {
      if (state.serverlessExit === 0) stacks.script('slipway-dev', 'CREATE_COMPLETE');
      return { exitCode: state.serverlessExit, printed: '' };
    }
    if (args[0] === 'push' && state.pushes) images.set(String(args[1]?.split(':').at(-1)), DIGEST);
    return { exitCode: args[0] === 'push' && !state.pushes ? 1 : 0, printed: args[0] === 'push' ? 'denied: no' : '' };
  };
  const ports: DeployPorts = {
    stacks,
    pace,
    run,
    services: {
      find: async () => ({
        taskDefinition: state.running,
        desiredCount: 0,
        runningCount: 0,
        deployments: [
          {
            status: 'PRIMARY',
            taskDefinition: state.running,
            rolloutState: 'COMPLETED',
            rolloutStateReason: undefined,
          },
        ],
        events: [],
      }),
      imageOf: async () => `${HOST}/slipway/dev@${DIGEST}`,
    },
    registry: {
      login: async () => ({ user: 'AWS', password: 'secret' }),
      digestOf: async (_repository, image) =>
        'tag' in image ? images.get(image.tag) : image.digest === DIGEST ? DIGEST : undefined,
    },
    sources: { put: async () => {}, remove: async () => {} },
    codeBuild: async () => ({}),
    onOutput: () => {},
    print: (text) => void printed.push(text),
    pack: async (params) => `/packages/${params.join('&')}`,
    confirm: async () => state.answer,
    unconfirmed: async () => ['ops@example.org'],
    price: async () => ({
      resources: [
        { logicalId: 'JobQueue', type: 'AWS::SQS::Queue', properties: {} },
        { logicalId: 'WorkerTaskDefinition', type: 'AWS::ECS::TaskDefinition', properties: {} },
      ],
      idleDollars: 12.5,
    }),
  };
  const deploy = (options: Partial<DeployOptions> = {}) =>
    runDeploy(
      { ...OPTIONS, ...options },
      {
        projectDirectory,
        region: 'eu-west-1',
        report: {
          passed: [],
          failed: [],
          region: 'eu-west-1',
          caller: { account: '123456789012', arn: 'me' },
          builder: options.imageUri || options.imageDigest ? 'none' : 'podman',
          template: 'template.json',
        },
      },
      ports,
    );
  return { stacks, pace, programs, printed, images, state, deploy };
}

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});

test('a fresh account: the repository first, then the image, then the stack with the image by digest', async () => {
  expect(await it.deploy()).toBe(true);
  expect(it.stacks.calls).toEqual(['create slipway-dev-image']);
  const steps = it.programs
    .filter((name) => !name.startsWith('git'))
    .map((name) => name.split(' ').slice(0, 2).join(' '));
  expect(steps).toEqual(['podman build', 'podman login', 'podman push', 'serverless deploy']);
  expect(it.programs.join('\n')).not.toContain('secret');
  expect(it.programs.at(-1)).toContain(
    `--package /packages/maxTasks=2&imageUri=${HOST}/slipway/dev@${DIGEST} --stage dev --region eu-west-1`,
  );
});

test('before it asks it says what it would create and what that costs idle', async () => {
  it.state.answer = false;
  expect(await it.deploy({ yes: false })).toBe(false);
  expect(it.printed.join('\n')).toMatch(
    /Creates stack slipway-dev in eu-west-1, account 123456789012: 2 resources\n.*SQS::Queue/,
  );
  expect(it.printed.join('\n')).toContain('about $12.50 a month');
  expect(it.stacks.calls).toEqual([]);
  expect(it.programs).toEqual([]);
});

test('what to try next has the real names', async () => {
  await it.deploy();
  const said = it.printed.join('\n');
  for (const part of [
    'runs slipway-dev-worker:7',
    'npm run process -- PATH… --stage dev --region eu-west-1',
    's3://inbox-1/',
    'Confirm the e-mail to ops@example.org',
    '#dashboards/dashboard/slipway%20dev',
  ]) {
    expect(said).toContain(part);
  }
});

test('run again, it builds nothing and goes on', async () => {
  await it.deploy();
  it.programs.length = 0;
  it.stacks.script('slipway-dev-image', 'CREATE_COMPLETE');
  expect(await it.deploy()).toBe(true);
  expect(it.programs.filter((name) => name.startsWith('podman'))).toEqual([]);
  expect(it.stacks.calls).toEqual(['create slipway-dev-image']);
  expect(it.printed.join('\n')).toContain('Updates stack slipway-dev');
});

test('what an interrupted deployment left is cleared away first', async () => {
  it.stacks.script('slipway-dev', 'ROLLBACK_COMPLETE');
  expect(await it.deploy()).toBe(true);
  expect(it.stacks.calls).toEqual(['delete slipway-dev', 'create slipway-dev-image']);
});

test('a push that is refused ends it before the stack, with what the engine said', async () => {
  it.state.pushes = false;
  await expect(it.deploy()).rejects.toThrow(/podman could not push the image \(exit code 1\):\n {2}denied: no/);
  expect(it.programs.some((name) => name.startsWith('serverless'))).toBe(false);
});

test('a rollback that CloudFormation did not notice is an error', async () => {
  it.state.running = OLD_REVISION;
  await expect(it.deploy()).rejects.toThrow(
    'does not run slipway-dev-worker:7: ECS took it back to slipway-dev-worker:6',
  );
});

test('a failed "serverless deploy" is told with the state of the stack and what failed in it', async () => {
  it.state.serverlessExit = 1;
  it.stacks.script('slipway-dev', 'UPDATE_ROLLBACK_COMPLETE');
  it.stacks.give('slipway-dev', { failures: ['WorkerService (AWS::ECS::Service): circuit breaker'] });
  await expect(it.deploy()).rejects.toThrow(
    /ended with 1; the stack is in UPDATE_ROLLBACK_COMPLETE.\n {2}WorkerService .*circuit breaker/,
  );
});

test('an image that is named is not built, and has to be there', async () => {
  expect(await it.deploy({ imageDigest: DIGEST })).toBe(true);
  expect(it.programs.filter((name) => name.startsWith('podman'))).toEqual([]);
  await expect(it.deploy({ imageDigest: DIGEST.replace('d', 'e') })).rejects.toThrow(
    'Repository slipway/dev has no image sha256:ed',
  );
});

test('an image of another stage needs no repository of its own', async () => {
  const imageUri = `${HOST}/slipway/dev@${DIGEST}`;
  expect(await it.deploy({ imageUri })).toBe(true);
  expect(it.stacks.calls).toEqual([]);
  expect(it.programs.at(-1)).toContain(`imageUri=${imageUri}`);
});

test('a stack of images that cannot be made ends it with its reasons', async () => {
  it.stacks.give('slipway-dev-image', { after: { create: ['CREATE_IN_PROGRESS', undefined] } });
  await expect(it.deploy()).rejects.toThrow('Stack slipway-dev-image ended as deleted');
});
