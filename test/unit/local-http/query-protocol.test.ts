import { describe, expect, it } from 'vitest';
import { unflatten } from '../../../infra/local/http/query-protocol.ts';
import { element, xml } from '../../../infra/local/http/xml.ts';

describe('unflatten', () => {
  it.each([
    ['plain members', 'Action=A&Version=1&Name=x', { Name: 'x' }],
    ['lists with member', 'N.member.1=a&N.member.2=b', { N: ['a', 'b'] }],
    ['flattened lists', 'N.1.Id=a&N.2.Id=b', { N: [{ Id: 'a' }, { Id: 'b' }] }],
    ['lists out of order, above nine', 'N.10=j&N.2=b', { N: ['b', 'j'] }],
    ['maps', 'M.entry.1.key=k&M.entry.1.value=v', { M: { k: 'v' } }],
    ['hostile names', '__proto__.polluted=1', { ['__proto__']: { polluted: '1' } }],
  ])('rebuilds %s', (_name, form, expected) => {
    expect(unflatten(new URLSearchParams(form))).toEqual(expected);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('xml', () => {
  it('writes members, lists, dates and escapes text', () => {
    const value = { A: ['<x>', 2], B: undefined, C: new Date(0), D: { E: 'a&b' }, M: new Map([['k', 'v']]) };
    expect(xml(value)).toBe(
      '<A><member>&lt;x&gt;</member><member>2</member></A><C>1970-01-01T00:00:00.000Z</C><D><E>a&amp;b</E></D>' +
        '<M><entry><key>k</key><value>v</value></entry></M>',
    );
  });

  it('escapes attributes', () => {
    expect(element('a', '', { b: '"<' })).toBe('<a b="&quot;&lt;"></a>');
  });
});
