import { describe, expect, it } from 'vitest';
import { checkPolicy, type PolicyWrite, parsePolicy } from '../../../infra/local/s3/bucket-policy.ts';

const DENY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::results/outcomes/*',
  Condition: { Null: { 's3:if-none-match': 'true' } },
};
const WRITE: PolicyWrite = { bucket: 'results', key: 'outcomes/a/b.json', createsObject: true };

function isDenied(statement: object, write: Partial<PolicyWrite>): boolean {
  const statements = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
  try {
    checkPolicy(statements, { ...WRITE, ...write });
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
    return true;
  }
}

describe('bucket policies', () => {
  it('deny an unconditional write where a condition is demanded', () => {
    expect(isDenied(DENY, {})).toBe(true);
    expect(isDenied(DENY, { ifNoneMatch: '*' })).toBe(false);
    expect(isDenied(DENY, { key: 'outputs/a' })).toBe(false);
  });

  it('demand every condition of a statement together', () => {
    const either = { ...DENY, Condition: { Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } } };
    expect(isDenied(either, {})).toBe(true);
    expect(isDenied(either, { ifMatch: 'x' })).toBe(false);
    expect(isDenied(either, { ifNoneMatch: '*' })).toBe(false);
  });

  it('can exempt the parts of a multipart upload', () => {
    const creation = { ...DENY, Condition: { ...DENY.Condition, Bool: { 's3:ObjectCreationOperation': 'true' } } };
    expect(isDenied(creation, { createsObject: false })).toBe(false);
    expect(isDenied(creation, {})).toBe(true);
    expect(isDenied(DENY, { createsObject: false })).toBe(true);
  });

  it('read lists, wildcards and principals in every spelling', () => {
    const action = { ...DENY, Action: ['s3:GetObject', 's3:Put*'], Principal: { AWS: ['*'] } };
    expect(isDenied({ ...action, Resource: ['arn:aws:s3:::*/outcomes/?/b.json'] }, {})).toBe(true);
  });

  it.each([
    ['an allowance', { ...DENY, Effect: 'Allow' }],
    ['a denial to someone', { ...DENY, Principal: { AWS: 'arn:aws:iam::000000000000:role/x' } }],
    ['a denial of reading', { ...DENY, Action: 's3:GetObject' }],
    ['a denial without TLS', { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    ['a condition that is partly unknown', { ...DENY, Condition: { ...DENY.Condition, StringEquals: { a: 'b' } } }],
    ['an unconditional denial', { ...DENY, Condition: {} }],
  ])('do not enforce %s', (_what, statement) => {
    expect(isDenied(statement, {})).toBe(false);
  });

  it('must be JSON', () => {
    expect(() => parsePolicy('{')).toThrow(expect.objectContaining({ code: 'MalformedPolicy' }));
  });
});
