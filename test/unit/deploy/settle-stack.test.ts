import { expect, test } from 'vitest';
import { settleStack } from '../../../cli/deploy/settle-stack.ts';
import { beforeDeploying } from '../../../cli/deploy/stack-state.ts';
import { fakePace, fakeStacks } from '../../support/fake-stacks.ts';

const settle = (stacks = fakeStacks(), pace = fakePace()) => settleStack('slipway-dev', beforeDeploying, stacks, pace);

test('a stack that is not there, or is at rest, is left alone', async () => {
  const stacks = fakeStacks();
  await settle(stacks);
  stacks.script('slipway-dev', 'UPDATE_ROLLBACK_COMPLETE');
  await settle(stacks);
  expect(stacks.calls).toEqual([]);
});

test('somebody else’s operation is waited for, and said', async () => {
  const stacks = fakeStacks();
  const pace = fakePace();
  stacks.script('slipway-dev', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE');
  await settle(stacks, pace);
  expect(stacks.calls).toEqual([]);
  expect(pace.slept()).toBeGreaterThan(0);
  expect(pace.said).toEqual(['stack slipway-dev: it is in UPDATE_IN_PROGRESS, waiting for it to end…']);
});

test('a stack that never came to life is deleted, then the way is free', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'ROLLBACK_COMPLETE');
  stacks.give('slipway-dev', { after: { delete: ['DELETE_IN_PROGRESS', undefined] } });
  await settle(stacks);
  expect(stacks.calls).toEqual(['delete slipway-dev']);
});

test('an interrupted creation is waited for, and deleted when it is taken back', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE');
  stacks.give('slipway-dev', { after: { delete: [undefined] } });
  await settle(stacks);
  expect(stacks.calls).toEqual(['delete slipway-dev']);
});

test('an update that could not be taken back is taken back once more', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'UPDATE_ROLLBACK_FAILED');
  stacks.give('slipway-dev', { after: { continue: ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] } });
  await settle(stacks);
  expect(stacks.calls).toEqual(['continue slipway-dev']);
});

test('what cannot be deleted is tried twice, then told with its reasons', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'DELETE_FAILED');
  stacks.give('slipway-dev', { failures: ['Cluster (AWS::ECS::Cluster): tasks are active'] });
  await expect(settle(stacks)).rejects.toThrow(/slipway-dev cannot be deleted:\n {2}Cluster .*tasks are active/);
  expect(stacks.calls).toEqual(['delete slipway-dev', 'delete slipway-dev']);
});

test('a status that nobody knows is refused before anything is done', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'SOMETHING_NEW');
  await expect(settle(stacks)).rejects.toThrow('it is in SOMETHING_NEW, which this version does not know');
  expect(stacks.calls).toEqual([]);
});

test('a stack that stays busy is given up after three hours', async () => {
  const stacks = fakeStacks();
  stacks.script('slipway-dev', 'UPDATE_IN_PROGRESS');
  const pace = fakePace();
  await expect(settle(stacks, pace)).rejects.toThrow('has been busy for three hours');
  expect(pace.slept()).toBe(3 * 3_600_000);
});
