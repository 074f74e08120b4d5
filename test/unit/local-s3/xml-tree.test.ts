import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { s3Xml } from '../../../infra/local/s3/xml-response.ts';
import { childrenOf, childText, parseXml } from '../../../infra/local/s3/xml-tree.ts';

describe('request XML', () => {
  it('reads back any text that was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(childText(parseXml(`<Delete>${s3Xml({ Key: text })}</Delete>`), 'Key')).toBe(text);
      }),
    );
  });

  it('reads prologs, namespaces, attributes, comments, CDATA, references and empty elements', () => {
    const tree = parseXml(
      `<?xml version="1.0"?><!-- c --><n:Delete xmlns:n="x"><Object a="1"><Key><![CDATA[a<b]]>&amp;&#x41;&#66;</Key><VersionId/></Object>\n<Object></Object></n:Delete>`,
    );
    const [first] = childrenOf(tree, 'Object');
    expect(first && childText(first, 'Key')).toBe('a<b&AB');
    expect(first && childText(first, 'VersionId')).toBe('');
    expect(childrenOf(tree, 'Object')).toHaveLength(2);
  });

  it.each([
    ['nothing', ''],
    ['an element that is not closed', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an unknown entity', '<a>&x;</a>'],
    ['text that is no XML', '{"a": 1}'],
    ['a lone <', '<a><</a>'],
  ])('refuses %s', (_what, source) => {
    expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });
});
