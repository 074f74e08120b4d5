import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../infra/local/events/pattern.ts';

type Case = readonly [name: string, pattern: object, event: object, matches: boolean];

const cases: readonly Case[] = [
  ['a string among the values', { source: ['a', 'b'] }, { source: 'b' }, true],
  ['another string', { source: ['a', 'b'] }, { source: 'c' }, false],
  ['strings by case', { source: ['a'] }, { source: 'A' }, false],
  ['null', { a: [null] }, { a: null }, true],
  ['null against an absent field', { a: [null] }, {}, false],
  ['null against an empty string', { a: [null] }, { a: '' }, false],
  ['an empty string', { a: [''] }, { a: '' }, true],
  ['true', { a: [true] }, { a: true }, true],
  ['true against its text', { a: [true] }, { a: 'true' }, false],
  ['a number by value', { a: [300] }, { a: 3e2 }, true],
  ['a number against its text', { a: [5] }, { a: '5' }, false],
  ['an array that shares a value', { a: ['x', 'y'] }, { a: ['y', 'z'] }, true],
  ['an array that shares none', { a: ['x'] }, { a: ['y', 'z'] }, false],
  ['an empty array', { a: ['x'] }, { a: [] }, false],
  ['arrays in arrays', { a: ['x'] }, { a: [['y'], [['x']]] }, true],
  ['nested objects', { d: { s: { n: ['x'] } } }, { d: { s: { n: 'x' } } }, true],
  ['all fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
  ['fields that the pattern does not name', { a: ['x'] }, { a: 'x', b: 'z' }, true],
  ['an object where a value is expected', { a: ['x'] }, { a: { b: 'x' } }, false],
  ['a value where an object is expected', { a: { b: ['x'] } }, { a: 'x' }, false],
  ['one element of an array of objects', { a: { b: [1], c: [2] } }, { a: [{ b: 1, c: 2 }] }, true],
  [
    'two elements of an array of objects',
    { a: { b: [1], c: [4] } },
    {
      a: [
        { b: 1, c: 2 },
        { b: 3, c: 4 },
      ],
    },
    false,
  ],
  ['a name that every object inherits', { constructor: [{ exists: true }] }, {}, false],
  ['prefix', { a: [{ prefix: 'inbox/' }] }, { a: 'inbox/x' }, true],
  ['prefix elsewhere', { a: [{ prefix: 'inbox/' }] }, { a: 'x/inbox/' }, false],
  ['prefix of a number', { a: [{ prefix: '1' }] }, { a: 12 }, false],
  ['prefix, any case', { a: [{ prefix: { 'equals-ignore-case': 'INbox' } }] }, { a: 'inBOX/x' }, true],
  ['suffix', { a: [{ suffix: '.png' }] }, { a: 'x.png' }, true],
  ['suffix by case', { a: [{ suffix: '.png' }] }, { a: 'x.PNG' }, false],
  ['suffix, any case', { a: [{ suffix: { 'equals-ignore-case': '.png' } }] }, { a: 'x.PNG' }, true],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'alice' }] }, { a: 'ALICE' }, true],
  ['equals-ignore-case of a part', { a: [{ 'equals-ignore-case': 'alice' }] }, { a: 'ALICEX' }, false],
  ['anything-but another', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
  ['anything-but itself', { a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
  ['anything-but an absent field', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ['anything-but of a number', { a: [{ 'anything-but': 'x' }] }, { a: 5 }, true],
  ['anything-but a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
  ['anything-but numbers', { a: [{ 'anything-but': [1, 2] }] }, { a: 3 }, true],
  ['anything-but one of an array', { a: [{ 'anything-but': 'x' }] }, { a: ['x', 'y'] }, true],
  ['anything-but prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xy' }, false],
  ['anything-but prefixes', { a: [{ 'anything-but': { prefix: ['x', 'y'] } }] }, { a: 'z' }, true],
  ['anything-but suffix', { key: [{ 'anything-but': { suffix: '/' } }] }, { key: 'folder/' }, false],
  ['anything-but suffix of a file', { key: [{ 'anything-but': { suffix: '/' } }] }, { key: 'folder/a' }, true],
  ['anything-but any case', { a: [{ 'anything-but': { 'equals-ignore-case': ['x', 'y'] } }] }, { a: 'Y' }, false],
  ['anything-but wildcard', { a: [{ 'anything-but': { wildcard: '*/tmp/*' } }] }, { a: 'x/tmp/y' }, false],
  ['anything-but wildcards', { a: [{ 'anything-but': { wildcard: ['a*', 'b*'] } }] }, { a: 'cab' }, true],
  ['= of a number', { a: [{ numeric: ['=', 5] }] }, { a: 5.0 }, true],
  ['< at the bound', { a: [{ numeric: ['<', 5] }] }, { a: 5 }, false],
  ['<= at the bound', { a: [{ numeric: ['<=', 5] }] }, { a: 5 }, true],
  ['> at the bound', { a: [{ numeric: ['>', 5] }] }, { a: 5 }, false],
  ['>= at the bound', { a: [{ numeric: ['>=', 5] }] }, { a: 5 }, true],
  ['a range, inside', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0.1 }, true],
  ['a range, outside', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 0 }, false],
  ['numeric of text', { a: [{ numeric: ['>', 0] }] }, { a: '5' }, false],
  ['4.9e9', { size: [{ numeric: ['>', 33554432] }] }, { size: 4.9e9 }, true],
  ['5e9', { size: [{ numeric: ['>', 33554432] }] }, { size: 5e9 }, true],
  ['5.1e9', { size: [{ numeric: ['>', 33554432] }] }, { size: 5.1e9 }, true],
  ['5e13', { size: [{ numeric: ['>', 33554432] }] }, { size: 5e13 }, true],
  ['5e13 below a greater bound', { size: [{ numeric: ['<', 5.1e13] }] }, { size: 5e13 }, true],
  ['cidr v4', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: '10.0.0.255' }, true],
  ['cidr v4, outside', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: '10.0.1.0' }, false],
  ['cidr v4, everything', { ip: [{ cidr: '0.0.0.0/0' }] }, { ip: '255.1.2.3' }, true],
  ['cidr v6', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db8:0:1::5' }, true],
  ['cidr v6, outside', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db9::' }, false],
  ['cidr of something else', { ip: [{ cidr: '0.0.0.0/0' }] }, { ip: 'AWS Internal' }, false],
  ['exists', { a: [{ exists: true }] }, { a: null }, true],
  ['exists of nothing', { a: [{ exists: true }] }, { b: 1 }, false],
  ['exists of an object: leaves only', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ['exists false', { a: [{ exists: false }] }, { b: 1 }, true],
  ['exists false of something', { a: [{ exists: false }] }, { a: '' }, false],
  ['exists false below an absent object', { d: { a: [{ exists: false }] } }, { x: 1 }, true],
  [
    'exists false where any element has it',
    { a: { b: [{ exists: false }], c: [1] } },
    { a: [{ b: 1 }, { c: 1 }] },
    false,
  ],
  ['exists false or a value', { a: [{ exists: false }, 'x'] }, { a: 'x' }, true],
  ['wildcard', { a: [{ wildcard: 'dir/*.png' }] }, { a: 'dir/a/b.png' }, true],
  ['wildcard of nothing between', { a: [{ wildcard: 'dir/*.png' }] }, { a: 'dir/.png' }, true],
  ['wildcard that would overlap', { a: [{ wildcard: 'aba*ba' }] }, { a: 'aba' }, false],
  ['wildcards that would share a letter', { a: [{ wildcard: 'a*b*b' }] }, { a: 'ab' }, false],
  ['wildcards', { a: [{ wildcard: '*a*b*' }] }, { a: 'xxaxxbxx' }, true],
  ['wildcards in the other order', { a: [{ wildcard: '*a*b*' }] }, { a: 'ba' }, false],
  ['wildcard, escaped', { a: [{ wildcard: 'a\\*\\\\*' }] }, { a: 'a*\\z' }, true],
  ['wildcard, escaped, no star', { a: [{ wildcard: 'a\\*' }] }, { a: 'ab' }, false],
  ['wildcard without a star', { a: [{ wildcard: 'ab' }] }, { a: 'ab' }, true],
  ['$or, first', { $or: [{ a: [1] }, { b: [2] }] }, { a: 1, b: 9 }, true],
  ['$or, second', { $or: [{ a: [1] }, { b: [2] }] }, { a: 9, b: 2 }, true],
  ['$or, none', { $or: [{ a: [1] }, { b: [2] }] }, { a: 9, b: 9 }, false],
  ['$or and a sibling', { c: [3], $or: [{ a: [1] }, { b: [2] }] }, { a: 1, c: 4 }, false],
  [
    '$or below',
    { detail: { object: { $or: [{ size: [{ exists: false }] }, { size: [{ numeric: ['<=', 5] }] }] } } },
    { detail: { object: { key: 'x' } } },
    true,
  ],
];

describe('matching an event pattern', () => {
  it.each(cases)('%s', (_name, pattern, event, matches) => {
    expect(compilePattern(JSON.stringify(pattern))(event)).toBe(matches);
    expect(compilePattern(pattern)(JSON.parse(JSON.stringify(event)))).toBe(matches);
  });
});

describe('refusing a pattern, saying where and what was expected', () => {
  it.each([
    ['{', /it is not JSON/],
    ['[]', /at the top: expected an object, got an empty array/],
    ['{}', /at the top: expected at least one field/],
    [{ a: {} }, /at a: expected at least one field/],
    [{ a: 'x' }, /at a: expected an object, or an array of values and conditions, got "x"/],
    [{ a: [] }, /at a: expected at least one value or condition/],
    [{ a: [['x']] }, /at a\[0\]: expected a string, number/],
    [{ a: { b: [{ prefx: 'x' }] } }, /at a\.b\[0\]: expected one operator of prefix,.*got \{"prefx":"x"\}/],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, /at a\[0\]: expected one operator/],
    [{ a: [{}] }, /at a\[0\]: expected one operator/],
    [{ a: [{ prefix: 5 }] }, /at a\[0\]\.prefix: expected a string/],
    [{ a: [{ exists: 'true' }] }, /at a\[0\]\.exists: expected true or false, got "true"/],
    [{ a: [{ numeric: ['<=', '10'] }] }, /at a\[0\]\.numeric\[0\]: expected a number after "<=", got "10"/],
    [{ a: [{ numeric: ['=<', 10] }] }, /expected one of =, <, <=, >, >=, got "=<"/],
    [{ a: [{ numeric: ['<', 10, '>', 0] }] }, /a range as > or >= first/],
    [{ a: [{ numeric: ['>', 10, '<', 5] }] }, /a lower bound below the upper one/],
    [{ a: [{ numeric: ['>'] }] }, /a comparator/],
    [{ a: [{ cidr: '10.0.0.0' }] }, /an address block/],
    [{ a: [{ cidr: '10.0.0.0/33' }] }, /an address block/],
    [{ a: [{ 'anything-but': [] }] }, /at a\[0\]\.anything-but/],
    [{ a: [{ 'anything-but': ['x', 1] }] }, /only strings or only numbers/],
    [{ a: [{ 'anything-but': true }] }, /a string, a number/],
    [{ a: [{ 'anything-but': { numeric: ['>', 1] } }] }, /one operator of prefix, suffix/],
    [{ a: [{ wildcard: 'a**b' }] }, /no two wildcard characters in a row/],
    [{ a: [{ wildcard: 'a\\b' }] }, /after a backslash/],
    [{ a: [{ wildcard: 'a\\' }] }, /after a backslash/],
    [{ $or: [{ a: [1] }] }, /at \$or: expected an array of at least two patterns/],
    [{ $or: [{ a: [1] }, 'x'] }, /at \$or\[1\]: expected an object, got "x"/],
  ])('%j', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: expect.stringMatching(message) }),
    );
  });
});

const scalar = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

/** Events as trees of objects with scalars at the leaves. */
const event = fc.letrec<{ tree: object }>((tie) => ({
  tree: fc.dictionary(fc.string(), fc.oneof({ depthSize: 'small' }, scalar, tie('tree')), { minKeys: 1, maxKeys: 4 }),
})).tree;

function patternOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, patternOf(inner)]));
}

describe('for any event', () => {
  it('never throws', () => {
    const match = compilePattern({
      detail: { a: [{ prefix: 'x' }, { numeric: ['>', 1] }, { cidr: '10.0.0.0/8' }, { exists: false }], b: { c: [1] } },
      $or: [{ a: [{ wildcard: '*x*' }] }, { b: { c: [{ 'anything-but': ['y'] }] } }],
    });
    fc.assert(fc.property(fc.jsonValue(), (value) => typeof match(value) === 'boolean'));
    fc.assert(fc.property(fc.jsonValue(), (detail) => typeof match({ detail, a: detail, b: detail }) === 'boolean'));
  });

  it('a pattern made of the event matches it, and one with a changed leaf does not', () => {
    fc.assert(
      fc.property(event, fc.string(), (value, extra) => {
        fc.pre(!JSON.stringify(value).includes('$or'));
        const json = JSON.parse(JSON.stringify(value));
        const pattern = patternOf(json) as Record<string, unknown>;
        expect(compilePattern(pattern)(json)).toBe(true);
        expect(compilePattern({ ...pattern, [`~${extra}`]: ['missing'] })(json)).toBe(false);
      }),
    );
  });

  it('<= N and > N part all numbers between them', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (bound, value) => {
        const small = compilePattern({ size: [{ numeric: ['<=', bound] }] });
        const large = compilePattern({ size: [{ numeric: ['>', bound] }] });
        expect(small({ size: value })).toBe(!large({ size: value }));
      }),
    );
  });

  it('a wildcard matches what a regular expression with the same meaning matches', () => {
    const text = fc.stringMatching(/^[ab]{0,8}$/);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (literals, value) => {
        const source = literals.join('*').replaceAll(/\*+/g, '*');
        const expected = new RegExp(`^${source.replaceAll('*', '.*')}$`).test(value);
        expect(compilePattern({ a: [{ wildcard: source }] })({ a: value })).toBe(expected);
      }),
    );
  });
});
