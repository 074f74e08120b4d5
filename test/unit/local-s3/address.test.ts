import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../infra/local/s3/address.ts';

describe('addresses', () => {
  it('decode a key once and change nothing else, in the path and behind a virtual host', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => {
        const path = key.split('/').map(encodeURIComponent).join('/');
        expect(readAddress(`/bucket/${path}`, '127.0.0.1:4566')).toEqual({ bucket: 'bucket', key });
        expect(readAddress(`/${path}`, 'my.bucket.localhost:4566')).toEqual({ bucket: 'my.bucket', key });
      }),
    );
  });

  it.each([
    ['/', { bucket: '', key: '' }],
    ['/bucket', { bucket: 'bucket', key: '' }],
    ['/bucket/', { bucket: 'bucket', key: '' }],
    ['/bucket//a/../b', { bucket: 'bucket', key: '/a/../b' }],
    ['/bucket/a+b%252F', { bucket: 'bucket', key: 'a+b%2F' }],
  ])('%s is read as S3 reads it', (path, address) => {
    expect(readAddress(path, '127.0.0.1:4566')).toEqual(address);
  });

  it('take a key of 1,024 bytes and none longer', () => {
    expect(readAddress(`/bucket/${'x'.repeat(1024)}`, '').key).toHaveLength(1024);
    const tooLong = () => readAddress(`/bucket/${encodeURIComponent('é'.repeat(513))}`, '');
    expect(tooLong).toThrow(expect.objectContaining({ code: 'KeyTooLongError' }));
  });

  it('refuse bytes that are not UTF-8', () => {
    expect(() => readAddress('/bucket/%ff', '')).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
  });
});
