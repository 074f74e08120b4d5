import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../infra/local/template/compiled-template.ts';
import { conditionHolds, resolveIntrinsics, type Scope } from '../../../infra/local/template/intrinsics.ts';

const template = parseTemplate({
  Parameters: { Email: { Default: '' } },
  Mappings: { Sizes: { small: { cpu: '256' } } },
  Conditions: {
    HasEmail: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Email' }, ''] }] },
    Always: { 'Fn::Equals': [1, '1'] },
    Both: { 'Fn::And': [{ Condition: 'Always' }, { Condition: 'HasEmail' }] },
    Either: { 'Fn::Or': [{ Condition: 'Always' }, { Condition: 'HasEmail' }] },
  },
  Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
});

const scope: Scope = {
  template,
  region: 'eu-west-1',
  accountId: '000000000000',
  stackName: 'slipway-dev',
  stackId: 'stack-id',
  ref: (id) => (id === 'Queue' ? 'http://queue' : undefined),
  attribute: (id, name) => (id === 'Queue' && name === 'Arn' ? 'arn:queue' : undefined),
};

describe('resolveIntrinsics', () => {
  it.each([
    ['a plain value', { a: [1, true, null] }, { a: [1, true, null] }],
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    ['Ref of a parameter', { Ref: 'Email' }, ''],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['GetAtt as a string', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
    ['Sub', { 'Fn::Sub': `\${Queue.Arn}/\${AWS::StackName}/\${!Literal}` }, `arn:queue/slipway-dev/\${Literal}`],
    ['Sub with variables', { 'Fn::Sub': [`\${x}-\${Queue}`, { x: { Ref: 'AWS::Region' } }] }, 'eu-west-1-http://queue'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
    ['Select of Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] }, 'queue'],
    ['If, taken', { 'Fn::If': ['Always', 'yes', { Ref: 'Missing' }] }, 'yes'],
    ['If that drops a member', { a: { 'Fn::If': ['HasEmail', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'cpu'] }, '256'],
    ['GetAZs', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }, 'eu-west-1a'],
    ['a policy statement with a Condition', { Condition: { Bool: { x: 'y' } } }, { Condition: { Bool: { x: 'y' } } }],
  ])('resolves %s', (_name, value, expected) => {
    expect(resolveIntrinsics(value, scope)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Missing' }, 'Ref Missing: the stack has no such resource or parameter.'],
    [{ 'Fn::GetAtt': ['Queue', 'Nope'] }, 'gives AWS::SQS::Queue no such attribute'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not implemented'],
    [{ 'Fn::Select': [5, ['a']] }, 'there is no item 5 in a list of 1'],
    [{ 'Fn::FindInMap': ['Sizes', 'huge', 'cpu'] }, 'there is no Sizes.huge.cpu'],
  ])('refuses %j in one sentence', (value, message) => {
    expect(() => resolveIntrinsics(value, scope)).toThrow(message);
  });

  it('evaluates conditions through one another', () => {
    expect(['Always', 'HasEmail', 'Both', 'Either'].map((name) => conditionHolds(name, scope))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});
