import { expect, test } from 'vitest';
import { normalise } from '../../../review/normalise.ts';

test.each([
  [{ 'Fn::GetAtt': 'Queue.Arn' }, { 'Fn::GetAtt': ['Queue', 'Arn'] }],
  [{ 'Fn::GetAtt': 'Nested.Outputs.Arn' }, { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] }],
  [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, { 'Fn::GetAtt': ['Queue', 'Arn'] }],
  [{ 'Fn::Sub': `\${Bucket.Arn}/*` }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] }],
  [{ 'Fn::Sub': `\${Bucket.Arn}/\${Prefix}` }, { 'Fn::Sub': `\${Bucket.Arn}/\${Prefix}` }],
  [{ 'Fn::Sub': `\${AWS::StackName}-job` }, { 'Fn::Sub': `\${AWS::StackName}-job` }],
  [
    { A: [{ B: { 'Fn::GetAtt': 'Q.Arn' } }], C: 1, D: null },
    { A: [{ B: { 'Fn::GetAtt': ['Q', 'Arn'] } }], C: 1, D: null },
  ],
  [{ A: { Ref: 'AWS::NoValue' }, B: [{ Ref: 'AWS::NoValue' }, 1] }, { B: [1] }],
])('%j becomes %j', (template, expected) => {
  expect(normalise(template)).toEqual(expected);
});
