import { describe, expect, it } from 'vitest';
import type { Context } from '../../../infra/local/iam/access.ts';
import { parseConditions } from '../../../infra/local/iam/conditions.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:jobs';

/** Operator, key, what the policy wants, what the request has, whether it holds. */
const CASES: readonly [string, string, unknown, Context[string], boolean][] = [
  ['StringEquals', 's3:prefix', 'a/', 'a/', true],
  ['StringEquals', 's3:prefix', 'a/', 'A/', false],
  ['StringEquals', 's3:prefix', 'a*', 'a/', false],
  ['StringEquals', 's3:prefix', ['a/', 'b/'], 'b/', true],
  ['StringEquals', 's3:prefix', 'a/', undefined, false],
  ['StringEquals', 'S3:PREFIX', 'a/', 'a/', true],
  ['StringEqualsIgnoreCase', 's3:prefix', 'a/', 'A/', true],
  ['StringNotEquals', 's3:prefix', ['a/', 'b/'], 'b/', false],
  ['StringNotEquals', 's3:prefix', ['a/', 'b/'], 'c/', true],
  ['StringNotEquals', 's3:prefix', 'a/', undefined, true],
  ['StringNotEqualsIgnoreCase', 's3:prefix', 'a/', 'A/', false],
  ['StringLike', 's3:prefix', ['outcomes/*', 'journal/*'], 'journal/1', true],
  ['StringLike', 's3:prefix', 'outcomes/*', 'outcomes', false],
  ['StringLike', 's3:prefix', 'outcomes/?', 'outcomes/12', false],
  ['StringLike', 's3:prefix', 'outcomes/*', undefined, false],
  ['StringLikeIfExists', 's3:prefix', 'outcomes/*', undefined, true],
  ['StringLikeIfExists', 's3:prefix', 'outcomes/*', 'inbox/', false],
  ['StringNotLike', 's3:prefix', 'outcomes/*', 'outcomes/1', false],
  ['ArnEquals', 'aws:SourceArn', QUEUE, QUEUE, true],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sqs:*:000000000000:jo*', QUEUE, true],
  ['ArnLike', 'aws:SourceArn', 'arn:aws:sqs:*', QUEUE, false],
  ['ArnEquals', 'aws:SourceArn', 'arn:aws:ecs:us-east-1:0:*', 'arn:aws:ecs:us-east-1:0:task/c/1', true],
  ['ArnNotEquals', 'aws:SourceArn', QUEUE, QUEUE, false],
  ['ArnNotLike', 'aws:SourceArn', QUEUE, undefined, true],
  ['Bool', 'aws:SecureTransport', 'false', 'true', false],
  ['Bool', 'aws:SecureTransport', true, 'true', true],
  ['Bool', 'aws:SecureTransport', 'false', undefined, false],
  ['BoolIfExists', 'aws:SecureTransport', 'false', undefined, true],
  ['Null', 's3:if-none-match', 'true', undefined, true],
  ['Null', 's3:if-none-match', true, '*', false],
  ['Null', 's3:if-none-match', 'false', '*', true],
  ['NumericLessThanEquals', 's3:max-keys', 10, '10', true],
  ['NumericLessThan', 's3:max-keys', '10', '10', false],
  ['NumericGreaterThan', 's3:max-keys', '10', '11', true],
  ['NumericGreaterThanEquals', 's3:max-keys', '10', 'many', false],
  ['NumericEquals', 's3:max-keys', '10', '10.0', true],
  ['NumericNotEquals', 's3:max-keys', '10', '11', true],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', true],
  ['DateLessThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z', false],
  ['DateLessThanEquals', 'aws:EpochTime', '2026-01-01T00:00:00Z', '1700000000', true],
  ['DateEquals', 'aws:CurrentTime', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a'], true],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['a'], undefined, true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a'], ['a', 'c'], true],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a'], ['c'], false],
  ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a'], undefined, false],
  ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['a'], undefined, false],
  ['StringEquals', 'aws:RequestTag/Team', 'x', 'x', true],
];

describe('a condition', () => {
  it.each(CASES)('%s of %s, wanted %j, given %j: %s', (operator, key, wanted, given, holds) => {
    const canonical = key === 'S3:PREFIX' ? 's3:prefix' : key;
    expect(
      parseConditions({ [operator]: { [key]: wanted } })((asked) => (asked === canonical ? given : undefined)),
    ).toBe(holds);
  });

  it('takes all operators and keys together', () => {
    const condition = parseConditions({
      StringEquals: { 'aws:SourceAccount': '1', 's3:prefix': 'a' },
      Bool: { 'aws:SecureTransport': 'true' },
    });
    const holds = (context: Context) => condition((name) => context[name]);
    const all = { 'aws:SourceAccount': '1', 's3:prefix': 'a', 'aws:SecureTransport': 'true' };
    expect(holds(all)).toBe(true);
    for (const key of Object.keys(all)) expect(holds({ ...all, [key]: 'other' }), key).toBe(false);
  });

  it('fills in variables from the request, and never matches without their value', () => {
    const condition = parseConditions({ StringLike: { 's3:prefix': '$' + '{aws:PrincipalAccount}/*' } });
    const holds = (context: Context) => condition((name) => context[name]);
    expect(holds({ 's3:prefix': '123/x', 'aws:PrincipalAccount': '123' })).toBe(true);
    expect(holds({ 's3:prefix': '124/x', 'aws:PrincipalAccount': '123' })).toBe(false);
    expect(holds({ 's3:prefix': 'undefined/x' })).toBe(false);
  });

  it.each([
    ['an operator that is not here', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'IpAddress'],
    ['an operator with a slip', { StringEqual: { 's3:prefix': 'a' } }, 'StringEqual'],
    ['a name of Object.prototype', { constructor: { 's3:prefix': 'a' } }, 'constructor'],
    ['a key without values', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'aws:SourceVpce'],
    ['a key with a slip', { StringEquals: { 's3:prefx': 'a' } }, 's3:prefx'],
    ['a variable without values', { StringEquals: { 's3:prefix': '$' + '{aws:username}' } }, 'aws:username'],
    ['Null of something else', { Null: { 's3:prefix': 'maybe' } }, 's3:prefix'],
    ['a number that is none', { NumericEquals: { 's3:max-keys': 'ten' } }, 'ten'],
    ['no object', 'yes', 'Condition'],
  ])('refuses %s', (_what, condition, named) => {
    expect(() => parseConditions(condition)).toThrow(
      expect.objectContaining({ name: 'PolicyError', message: expect.stringContaining(named) }),
    );
  });
});
