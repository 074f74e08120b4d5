import { beforeEach, expect, test } from 'vitest';
import type { StackResourceView } from '../../../cli/deploy/stacks.ts';
import { type RemoveOptions, runRemove } from '../../../cli/remove/run-remove.ts';
import { fakePace, fakeStacks } from '../../support/fake-stacks.ts';

const resource = (
  logicalId: string,
  type: string,
  physicalId: string,
  status = 'CREATE_COMPLETE',
): StackResourceView => ({
  logicalId,
  type,
  physicalId,
  status,
});

const RESOURCES = [
  resource('DataKey', 'AWS::KMS::Key', 'key-1'),
  resource('InboxBucket', 'AWS::S3::Bucket', 'inbox-1'),
  resource('DeploymentBucket', 'AWS::S3::Bucket', 'packages-1'),
  resource('JobQueue', 'AWS::SQS::Queue', 'https://sqs/jobs'),
  resource('Cluster', 'AWS::ECS::Cluster', 'cluster'),
];

const TEMPLATE = JSON.stringify({
  Resources: {
    DataKey: { DeletionPolicy: 'Retain' },
    InboxBucket: { DeletionPolicy: 'Retain' },
    DeploymentBucket: { DeletionPolicy: 'Delete' },
    JobQueue: { DeletionPolicy: 'Retain' },
    Cluster: {},
  },
});

function world() {
  const stacks = fakeStacks();
  const pace = fakePace();
  const printed: string[] = [];
  const emptied: string[] = [];
  const stopped: string[] = [];
  const state = { answer: true, running: [] as string[] };
  const stack = {
    outputs: { ClusterName: 'cluster' },
    resources: RESOURCES,
    template: TEMPLATE,
    after: { delete: ['DELETE_IN_PROGRESS', undefined] },
  };
  stacks.give('slipway-dev', stack);
  const remove = (options: Partial<RemoveOptions> = {}) =>
    runRemove(
      { stage: 'dev', region: 'eu-west-1', yes: true, ...options },
      {
        stacks,
        pace,
        buckets: { empty: async (bucket) => void emptied.push(bucket) },
        tasks: {
          standalone: async () => state.running,
          stop: async (_cluster, task) => {
            stopped.push(task);
            state.running = state.running.filter((other) => other !== task);
          },
        },
        confirm: async () => state.answer,
        print: (text) => void printed.push(text),
      },
    );
  return { stacks, stack, pace, printed, emptied, stopped, state, remove };
}

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});

test('a removal empties what goes, and nothing of what stays', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  expect(await it.remove()).toBe(true);
  expect(it.stacks.calls).toEqual(['delete slipway-dev']);
  expect(it.emptied).toEqual(['packages-1']);
});

test('it says what stays by physical name, with commands for each, the key last', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  await it.remove();
  const said = it.printed.join('\n');
  expect(said).toContain('InboxBucket (S3::Bucket): inbox-1');
  const commands = [
    'delete-bucket --region eu-west-1 --bucket inbox-1',
    'delete-queue --region eu-west-1 --queue-url https://sqs/jobs',
    'schedule-key-deletion',
  ];
  const places = commands.map((command) => said.indexOf(command));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(said).not.toContain('--bucket packages-1');
});

test('it asks first, and does nothing after a no', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  it.state.answer = false;
  expect(await it.remove({ yes: false })).toBe(false);
  expect(it.printed.join('\n')).toContain('5 resources, of which 3 stay');
  expect([it.stacks.calls, it.emptied]).toEqual([[], []]);
});

test('tasks that no service looks after are said, and stopped', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  it.state.running = ['task-1', 'task-2'];
  await it.remove();
  expect(it.printed.join('\n')).toContain('2 jobs with a task of its own will be stopped.');
  expect(it.stopped).toEqual(['task-1', 'task-2']);
});

test('a protected stack is not touched, and the way to change that is said', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  it.stacks.give('slipway-dev', { ...it.stack, protected: true });
  await expect(it.remove()).rejects.toThrow(
    /protected from deletion.*\n.*--no-enable-termination-protection --stack-name slipway-dev/,
  );
  expect(it.stacks.calls).toEqual([]);
});

test('a deletion that runs already is waited for; what it left is told from CloudFormation’s memory', async () => {
  it.stacks.script('slipway-dev', 'DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', undefined);
  it.stacks.give('deleted slipway-dev', {
    resources: [
      resource('InboxBucket', 'AWS::S3::Bucket', 'inbox-1', 'DELETE_SKIPPED'),
      resource('Cluster', 'AWS::ECS::Cluster', 'cluster', 'DELETE_COMPLETE'),
    ],
  });
  expect(await it.remove()).toBe(true);
  expect(it.stacks.calls).toEqual([]);
  expect(it.printed.join('\n')).toContain('InboxBucket (S3::Bucket): inbox-1');
  expect(it.printed.join('\n')).not.toContain('Cluster (');
});

test('a stage that never was is no error', async () => {
  expect(await it.remove({ stage: 'test' })).toBe(true);
  expect(it.printed.join('\n')).toContain('There is no stack slipway-test');
});

test('a deletion that failed is tried three times, then told with its reasons', async () => {
  it.stacks.script('slipway-dev', 'DELETE_FAILED');
  it.stacks.give('slipway-dev', {
    ...it.stack,
    failures: ['TaskSecurityGroup (AWS::EC2::SecurityGroup): has a dependent object'],
    after: { delete: ['DELETE_IN_PROGRESS', 'DELETE_FAILED'] },
  });
  await expect(it.remove()).rejects.toThrow(
    /could not be deleted as a whole:\n {2}TaskSecurityGroup .*dependent object/,
  );
  expect(it.stacks.calls).toHaveLength(3);
});

test('a stack that was only announced has no template, and goes', async () => {
  it.stacks.script('slipway-dev', 'REVIEW_IN_PROGRESS');
  it.stacks.give('slipway-dev', { ...it.stack, template: 'not asked for', resources: [] });
  expect(await it.remove()).toBe(true);
  expect(it.stacks.calls).toEqual(['delete slipway-dev']);
});

test('the stack of images stays for a next deployment, and is named', async () => {
  it.stacks.script('slipway-dev', 'UPDATE_COMPLETE');
  it.stacks.script('slipway-dev-image', 'CREATE_COMPLETE');
  await it.remove();
  expect(it.printed.join('\n')).toContain(
    'aws cloudformation delete-stack --region eu-west-1 --stack-name slipway-dev-image',
  );
});
