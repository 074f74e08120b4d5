import { expect, test } from 'vitest';
import { beforeDeploying, beforeRemoving } from '../../../cli/deploy/stack-state.ts';

/** Every status that CloudFormation has (API Reference, Stack, StackStatus), and none. */
const STEPS: readonly (readonly [status: string | undefined, deploying: string, removing: string])[] = [
  [undefined, 'go', 'go'],
  ['CREATE_COMPLETE', 'go', 'go'],
  ['CREATE_FAILED', 'delete', 'go'],
  ['CREATE_IN_PROGRESS', 'wait', 'wait'],
  ['DELETE_COMPLETE', 'go', 'go'],
  ['DELETE_FAILED', 'delete', 'go'],
  ['DELETE_IN_PROGRESS', 'wait', 'wait'],
  ['IMPORT_COMPLETE', 'go', 'go'],
  ['IMPORT_IN_PROGRESS', 'wait', 'wait'],
  ['IMPORT_ROLLBACK_COMPLETE', 'go', 'go'],
  ['IMPORT_ROLLBACK_FAILED', 'refuse', 'go'],
  ['IMPORT_ROLLBACK_IN_PROGRESS', 'wait', 'wait'],
  ['REVIEW_IN_PROGRESS', 'delete', 'go'],
  ['ROLLBACK_COMPLETE', 'delete', 'go'],
  ['ROLLBACK_FAILED', 'delete', 'go'],
  ['ROLLBACK_IN_PROGRESS', 'wait', 'wait'],
  ['UPDATE_COMPLETE', 'go', 'go'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'wait', 'wait'],
  ['UPDATE_FAILED', 'go', 'go'],
  ['UPDATE_IN_PROGRESS', 'wait', 'wait'],
  ['UPDATE_ROLLBACK_COMPLETE', 'go', 'go'],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'wait', 'wait'],
  ['UPDATE_ROLLBACK_FAILED', 'continue-rollback', 'go'],
  ['UPDATE_ROLLBACK_IN_PROGRESS', 'wait', 'wait'],
  ['SOMETHING_NEW', 'refuse', 'go'],
];

test.each(STEPS)('%s: a deployment does "%s" first, a removal "%s"', (status, deploying, removing) => {
  expect(beforeDeploying(status).step).toBe(deploying);
  expect(beforeRemoving(status).step).toBe(removing);
});
