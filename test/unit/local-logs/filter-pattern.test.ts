import { describe, expect, it } from 'vitest';
import { compileFilterPattern } from '../../../infra/local/logs/filter-pattern.ts';

describe('compileFilterPattern', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['a b', 'b then a', true],
    ['a b', 'only a', false],
    ['"a b"', 'b then a', false],
    ['"a b"', 'x a b y', true],
    ['"a \\"quoted\\" b"', 'a "quoted" b', true],
    ['?x ?y', 'just y', true],
    ['?x ?y', 'neither', false],
    ['ok -debug', 'ok', true],
    ['ok -debug', 'ok debug', false],
    ['-"a b"', 'a b', false],
    ['{ $.level = "ERROR" }', '{"level":"ERROR"}', true],
    ['{ $.level = "ERROR" }', '{"level":"INFO"}', false],
    ['{ $.level != "ERROR" }', '{"level":"INFO"}', true],
    ['{ $.a.b >= 3 }', '{"a":{"b":3}}', true],
    ['{ $.a.b > 3 }', '{"a":{"b":3}}', false],
    ['{ $.key = "in*.jpg" }', '{"key":"inbox/a.jpg"}', true],
    ['{ $.level = "ERROR" }', 'not JSON', false],
    ['{ $.level = "ERROR" }', '{"other":1}', false],
  ])('%s on %s is %s', (pattern, message, wanted) => {
    expect(compileFilterPattern(pattern)(message)).toBe(wanted);
  });

  it.each(['[ip, user]', '%regex%', '{ $.a = 1 && $.b = 2 }'])('refuses %s rather than misreading it', (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow('is not one that the local stand-in reads');
  });
});
