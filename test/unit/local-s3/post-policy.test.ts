import { describe, expect, it } from 'vitest';
import { checkPostPolicy } from '../../../infra/local/s3/post-policy.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function check(conditions: unknown[], fields: Record<string, string>, expiration = '2026-01-01T00:00:01Z') {
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
  return checkPostPolicy(new Map(Object.entries({ ...fields, policy })), 'inbox', NOW);
}

describe('policies of upload forms', () => {
  it('let a form through that keeps every condition, and tell the lengths', () => {
    const conditions = [{ bucket: 'inbox' }, ['starts-with', '$Key', 'up/'], ['eq', '$acl', 'private']];
    const lengths = check([...conditions, ['content-length-range', 1, 9]], { key: 'up/a', acl: 'private' });
    expect(lengths).toEqual({ min: 1, max: 9 });
  });

  it.each([
    ['another bucket', [{ bucket: 'other' }], {}],
    ['another prefix', [['starts-with', '$key', 'up/']], { key: 'down/a' }],
    ['another value', [{ acl: 'private' }], { acl: 'public-read' }],
    ['a value that only begins so', [['eq', '$key', 'a']], { key: 'ab' }],
    ['a missing field', [{ acl: 'private' }], {}],
    ['a field that it does not name', [], { key: 'a' }],
  ])('refuse %s', (_what, conditions, fields) => {
    expect(() => check(conditions, fields)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
  });

  it('end at their expiration', () => {
    expect(() => check([], {}, '2026-01-01T00:00:00Z')).toThrow(/expired/);
  });

  it('must be there and well-formed', () => {
    expect(() => checkPostPolicy(new Map(), 'inbox', NOW)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
    const broken = new Map([['policy', 'e30=']]);
    expect(() => checkPostPolicy(broken, 'inbox', NOW)).toThrow(
      expect.objectContaining({ code: 'InvalidPolicyDocument' }),
    );
  });
});
