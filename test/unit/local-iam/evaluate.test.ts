import { describe, expect, it } from 'vitest';
import type { Context, Principal } from '../../../infra/local/iam/access.ts';
import { evaluate } from '../../../infra/local/iam/evaluate.ts';
import { parsePolicy } from '../../../infra/local/iam/policy.ts';

const ROLE = 'arn:aws:iam::000000000000:role/worker';
const ROOT = 'arn:aws:iam::000000000000:root';
const worker: Principal = {
  kind: 'role',
  roleArn: ROLE,
  arn: 'arn:aws:sts::000000000000:assumed-role/worker/1',
};
const administrator: Principal = { kind: 'administrator', arn: ROOT };
const events: Principal = { kind: 'service', name: 'events.amazonaws.com' };
const anonymous: Principal = { kind: 'anonymous' };

const BUCKET = 'arn:aws:s3:::results';
const OBJECT = `${BUCKET}/outcomes/a/b.json`;
const allow = { Effect: 'Allow', Action: 's3:PutObject', Resource: `${BUCKET}/outcomes/*` };
const deny = { ...allow, Effect: 'Deny' };

const NO_IDENTITY = 'because no identity-based policy allows';
const NO_RESOURCE = 'because no resource-based policy allows';
const DENIED_BY_ROLE = 'with an explicit deny in an identity-based policy';
const DENIED_BY_RESOURCE = 'with an explicit deny in a resource-based policy';

interface Question {
  readonly who?: Principal;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Context;
  readonly own?: readonly object[];
  readonly others?: readonly object[];
  readonly decides?: boolean;
}

/** `allowed`, or why not. */
function ask({ who = worker, action = 's3:PutObject', resource = OBJECT, context = {}, ...policies }: Question) {
  const { own = [], others = [], decides = false } = policies;
  const decision = evaluate(
    who,
    { action, resource, lookUp: (key) => context[key] },
    {
      identity: [parsePolicy('own', { Version: '2012-10-17', Statement: own }, 'identity')],
      resource: [parsePolicy('others', { Version: '2012-10-17', Statement: others }, 'resource')],
      resourceDecides: decides,
    },
  );
  return decision.allowed ? 'allowed' : decision.refusal;
}

describe('a role', () => {
  it.each([
    ['what its policy names', { own: [allow] }, 'allowed'],
    ['nothing without a policy', {}, NO_IDENTITY],
    ['no other action', { own: [allow], action: 's3:GetObject' }, NO_IDENTITY],
    ['no other resource', { own: [allow], resource: `${BUCKET}/outputs/1` }, NO_IDENTITY],
    ['actions in any case', { own: [{ ...allow, Action: 'S3:putobject' }] }, 'allowed'],
    ['resources in their own case alone', { own: [{ ...allow, Resource: OBJECT.toUpperCase() }] }, NO_IDENTITY],
    ['actions with wildcards', { own: [{ ...allow, Action: ['sqs:*', 's3:Put?bject'] }] }, 'allowed'],
    ['one of several resources', { own: [{ ...allow, Resource: [BUCKET, `${BUCKET}/*`] }] }, 'allowed'],
    ['everything with a star', { own: [{ ...allow, Action: '*', Resource: '*' }] }, 'allowed'],
    ['no sibling of a name', { own: [{ ...allow, Resource: BUCKET }], resource: `${BUCKET}-2` }, NO_IDENTITY],
    ['nothing that its own policy denies', { own: [allow, deny] }, DENIED_BY_ROLE],
    ['what the resource allows it', { others: [{ ...allow, Principal: { AWS: ROLE } }] }, 'allowed'],
    ['what the resource allows its session', { others: [{ ...allow, Principal: { AWS: [worker.arn] } }] }, 'allowed'],
    ['what the resource allows everybody', { others: [{ ...allow, Principal: '*' }] }, 'allowed'],
    ['nothing that the account alone is allowed', { others: [{ ...allow, Principal: { AWS: ROOT } }] }, NO_IDENTITY],
    [
      'nothing that the resource denies everybody',
      { own: [allow], others: [{ ...deny, Principal: '*' }] },
      DENIED_BY_RESOURCE,
    ],
    [
      'nothing that the resource denies the account',
      { own: [allow], others: [{ ...deny, Principal: { AWS: '000000000000' } }] },
      DENIED_BY_RESOURCE,
    ],
    ['what is denied to others', { own: [allow], others: [{ ...deny, Principal: { AWS: `${ROLE}-2` } }] }, 'allowed'],
    [
      'nothing when a condition does not hold',
      { own: [{ ...allow, Condition: { StringEquals: { 's3:if-none-match': '*' } } }] },
      NO_IDENTITY,
    ],
  ] as const)('may do %s', (_what, question: Question, answer) => {
    expect(ask(question)).toBe(answer);
  });

  it('may use variables of the request in resources', () => {
    const own = [{ ...allow, Resource: [BUCKET, '$' + '{aws:PrincipalAccount}', '*'].join('/') }];
    const context = { 'aws:PrincipalAccount': '42' };
    expect(ask({ own, context, resource: `${BUCKET}/42/a` })).toBe('allowed');
    expect(ask({ own, context, resource: `${BUCKET}/43/a` })).toBe(NO_IDENTITY);
  });
});

describe('others', () => {
  const toEvents = { ...allow, Principal: { Service: 'events.amazonaws.com' } };

  it.each([
    ['a service does what the resource allows it', { who: events, others: [toEvents] }, 'allowed'],
    ['a service has no policies of its own', { who: events, own: [] }, NO_RESOURCE],
    [
      'a service is not another one',
      { who: { kind: 'service', name: 's3.amazonaws.com' }, others: [toEvents] },
      NO_RESOURCE,
    ],
    ['the administrator does everything', { who: administrator }, 'allowed'],
    [
      'the administrator is denied as anybody',
      { who: administrator, others: [{ ...deny, Principal: '*' }] },
      DENIED_BY_RESOURCE,
    ],
    ['nobody reads without a signature', { who: anonymous }, NO_RESOURCE],
    ['unless the resource allows everybody', { who: anonymous, others: [{ ...allow, Principal: '*' }] }, 'allowed'],
    ['the account is not everybody', { who: anonymous, others: [{ ...allow, Principal: { AWS: ROOT } }] }, NO_RESOURCE],
  ] as const)('%s', (_what, question: Question, answer) => {
    expect(ask(question)).toBe(answer);
  });
});

describe('where the resource decides, as a key or a trust policy does', () => {
  const key = 'arn:aws:kms:us-east-1:000000000000:key/1';
  const own = [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: key }];
  const toAccount = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' };
  const base = { action: 'kms:Decrypt', resource: key, decides: true };

  it.each([
    ['the role’s policy alone is not enough', { own }, NO_RESOURCE],
    ['the account’s delegation alone is not enough', { others: [toAccount] }, NO_IDENTITY],
    ['both together are', { own, others: [toAccount] }, 'allowed'],
    ['naming the role is', { others: [{ ...toAccount, Principal: { AWS: ROLE } }] }, 'allowed'],
    ['a service is not of the account', { who: events, others: [toAccount] }, NO_RESOURCE],
    ['nobody is not of the account', { who: anonymous, others: [toAccount] }, NO_RESOURCE],
    ['the administrator is', { who: administrator, others: [toAccount] }, 'allowed'],
    ['the administrator is shut out too', { who: administrator }, NO_RESOURCE],
  ] as const)('%s', (_what, question: Question, answer) => {
    expect(ask({ ...base, ...question })).toBe(answer);
  });
});

describe('writes that must be conditional', () => {
  const demand = (...keys: string[]) => ({
    ...deny,
    Principal: '*',
    Condition: { Null: Object.fromEntries(keys.map((key) => [key, 'true'])) },
  });
  const write = (context: Context, statement: object) => ask({ own: [allow], others: [statement], context });

  it('are denied without their condition', () => {
    expect(write({}, demand('s3:if-none-match'))).toBe(DENIED_BY_RESOURCE);
    expect(write({ 's3:if-none-match': '*' }, demand('s3:if-none-match'))).toBe('allowed');
  });

  it('may have either of two', () => {
    const either = demand('s3:if-none-match', 's3:if-match');
    expect(write({}, either)).toBe(DENIED_BY_RESOURCE);
    expect(write({ 's3:if-match': 'x' }, either)).toBe('allowed');
    expect(write({ 's3:if-none-match': '*' }, either)).toBe('allowed');
  });

  it('can leave out the parts of a multipart upload', () => {
    const statement = demand('s3:if-none-match');
    const creation = {
      ...statement,
      Condition: { ...statement.Condition, Bool: { 's3:ObjectCreationOperation': 'true' } },
    };
    expect(write({ 's3:ObjectCreationOperation': 'false' }, creation)).toBe('allowed');
    expect(write({ 's3:ObjectCreationOperation': 'true' }, creation)).toBe(DENIED_BY_RESOURCE);
  });
});

describe('a policy', () => {
  const identity = (statement: object) => () => parsePolicy('p', { Statement: [statement] }, 'identity');
  const resource = (statement: object) => () => parsePolicy('p', { Statement: statement }, 'resource');

  it.each([
    ['NotAction', identity({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'Action'],
    ['NotResource', identity({ ...allow, NotResource: '*' }), 'NotResource is not evaluated here'],
    ['NotPrincipal', resource({ ...allow, NotPrincipal: '*' }), 'NotPrincipal is not evaluated here'],
    ['an action without a service', identity({ ...allow, Action: 'PutObject' }), 'PutObject is no action'],
    ['an effect with a slip', identity({ ...allow, Effect: 'allow' }), 'Effect'],
    ['a role’s without a resource', identity({ Effect: 'Allow', Action: 's3:*' }), 'names no Resource'],
    ['a role’s with a principal', identity({ ...allow, Principal: '*' }), 'which a role has none of'],
    ['a resource’s without a principal', resource(allow), 'names no Principal'],
    ['a federated user', resource({ ...allow, Principal: { Federated: 'x' } }), 'Principal'],
    ['something else', () => parsePolicy('p', 'x', 'identity'), 'Policy p'],
  ])('is refused by name for %s', (_what, parse, named) => {
    expect(parse).toThrow(expect.objectContaining({ name: 'PolicyError', message: expect.stringContaining(named) }));
  });
});
