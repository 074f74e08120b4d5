import { ACCOUNT_ID } from '../account.ts';

/** What AWS takes for the policy of a resource that was given none, by the service in its ARN. */
export const DEFAULT_POLICIES: Readonly<Record<string, unknown>> = {
  // The owner's account, and services that act for its resources.
  sns: allow('*', ['sns:Publish', 'sns:Subscribe'], { StringEquals: { 'aws:SourceAccount': ACCOUNT_ID } }),
  // The policies of the account's roles decide.
  kms: allow({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }, 'kms:*'),
  // Everybody who reaches a mount target.
  elasticfilesystem: allow('*', [
    'elasticfilesystem:ClientMount',
    'elasticfilesystem:ClientWrite',
    'elasticfilesystem:ClientRootAccess',
  ]),
};

function allow(principal: unknown, action: string | readonly string[], condition = {}): unknown {
  return {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: principal, Action: action, Resource: '*', Condition: condition },
  };
}
