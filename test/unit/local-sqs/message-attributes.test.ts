import { describe, expect, it } from 'vitest';
import {
  checkMessageAttributes,
  chooseAttributes,
  md5OfAttributes,
} from '../../../infra/local/sqs/message-attributes.ts';

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

describe('the MD5 of message attributes', () => {
  it('is that of the documented byte layout, names sorted', () => {
    // 4-byte lengths, 1 before text and 2 before bytes; the digest was made with another MD5 program.
    expect(md5OfAttributes({ b: { DataType: 'Binary', BinaryValue: 'AQI=' }, a: text('x') })).toBe(
      '3e9b4c785db2deb306cf4009ae214dab',
    );
  });

  it('is undefined without attributes', () => {
    expect(md5OfAttributes({})).toBeUndefined();
  });
});

describe('chosen attributes', () => {
  const attributes = { 'trace.id': text('1'), 'trace.span': text('2'), other: text('3') };
  it.each([
    [['All'], ['trace.id', 'trace.span', 'other']],
    [['.*'], ['trace.id', 'trace.span', 'other']],
    [['trace.*'], ['trace.id', 'trace.span']],
    [['other', 'missing'], ['other']],
    [[], []],
  ])('%j are %j', (names, expected) => {
    expect(Object.keys(chooseAttributes(attributes, names))).toEqual(expected);
  });
});

describe('attributes', () => {
  it.each([
    ['an unknown type', { a: text('x', 'Text') }],
    ['an empty value', { a: text('') }],
    ['a number that is none', { a: text('seven', 'Number') }],
    ['a reserved name', { 'AWS.a': text('x') }],
    ['a name with a space', { 'a b': text('x') }],
    ['more than ten', Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text('x')]))],
  ])('with %s are refused', (_what, attributes) => {
    expect(() => checkMessageAttributes(attributes)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValue' }),
    );
  });

  it('of every kind are taken', () => {
    const attributes = {
      a: text('x', 'String.kind'),
      'b-c.d': text('1e3', 'Number'),
      e: { DataType: 'Binary', BinaryValue: 'AQ==' },
    };
    expect(() => checkMessageAttributes(attributes)).not.toThrow();
  });
});
