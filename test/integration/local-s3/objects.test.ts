import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3 } from './s3-fixture.ts';

const Bucket = 'inbox';
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket);
});
afterAll(() => s3.close());

const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more = {}) => s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const head = (Key: string, more = {}) => s3.client.send(new HeadObjectCommand({ Bucket, Key, ...more }));
const content = async (answer: ReturnType<typeof get> | Awaited<ReturnType<typeof get>>) =>
  (await (await answer).Body?.transformToByteArray()) ?? new Uint8Array();
const text = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();

const STRANGE_KEYS = [
  'with space',
  'a+b',
  '%25',
  'a%2Fb',
  '../../etc/passwd',
  'dir//double',
  '/leading',
  '//two',
  'trailing/',
  '.',
  '..',
  'new\nline',
  'return\r',
  'tab\t',
  'control\u0001',
  'nul\u0000byte',
  '"quoted" \'single\' `back`',
  '<script>&amp;</script>',
  'caf\u00e9',
  'cafe\u0301',
  '😀',
  ' both ends ',
  '001',
  'soap',
  '?versionId=1#x',
  '__proto__',
  '\\back\\slash',
  `x${'é'.repeat(509)}`,
];

describe('objects', () => {
  it('keep every key as it is, in the object and in the listing', async () => {
    await Promise.all(STRANGE_KEYS.map((key) => put(`keys/${key}`, key)));
    await Promise.all(STRANGE_KEYS.map(async (key) => expect(await text(`keys/${key}`)).toBe(key)));
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'keys/' }));
    expect(Contents?.map(({ Key }) => Key?.slice(5)).sort()).toEqual([...STRANGE_KEYS].sort());
  });

  it('keep a key that begins with slashes apart from the same key without', async () => {
    await put('/x', 'one');
    await put('//x', 'two');
    expect([await text('/x'), await text('//x'), (await errorOf(get('x'))).name]).toEqual(['one', 'two', 'NoSuchKey']);
  });

  it('are found by the name of the bucket in the host too', async () => {
    await put('a b//c', 'virtual');
    const host = new URL(s3.url).host;
    const { request } = await import('node:http');
    const body = await new Promise<string>((resolve, reject) => {
      const options = { path: '/a%20b//c', headers: { host: `${Bucket}.${host}` } };
      request(s3.url, options, (answer) => buffer(answer).then((bytes) => resolve(bytes.toString()), reject)).end();
    });
    expect(body).toBe('virtual');
  });

  it('carry their headers and metadata', async () => {
    const described = {
      ContentType: 'image/png',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Metadata: { who: 'me', empty: '' },
    };
    await put('described', 'x', { ...described, ServerSideEncryption: 'aws:kms', Tagging: 'a=1&b=2' });
    const { $metadata, ...answer } = await head('described');
    expect($metadata.httpStatusCode).toBe(200);
    expect(answer).toMatchObject({ ...described, ContentLength: 1, ServerSideEncryption: 'aws:kms', TagCount: 2 });
    expect(answer.ETag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
    expect(answer.VersionId).toBeUndefined();
    const other = await head('described', { ResponseContentType: 'text/plain', ResponseCacheControl: 'private' });
    expect(other).toMatchObject({ ContentType: 'text/plain', CacheControl: 'private' });
  });

  it.each([
    ['empty', 0],
    ['in the database', 16 * 1024],
    ['in a file', 16 * 1024 + 1],
    ['in a file of many chunks', 3_000_000],
  ])('are given back whole and in ranges: %s', async (name, size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, index) => index * 7));
    await put(name, bytes);
    expect(bytes.equals(await content(get(name)))).toBe(true);
    if (size === 0) return;
    const range = await get(name, { Range: `bytes=5-${size - 2}` });
    expect(range).toMatchObject({ ContentRange: `bytes 5-${size - 2}/${size}`, ContentLength: size - 6 });
    expect(bytes.subarray(5, size - 1).equals(await content(range))).toBe(true);
    expect(await errorOf(get(name, { Range: `bytes=${size}-` }))).toEqual({ name: 'InvalidRange', status: 416 });
  });

  it('take streams of known length', async () => {
    const Body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')]);
    const sent = new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: 140_000 });
    expect((await s3.client.send(sent)).ChecksumCRC32).toBeDefined();
    const { ContentLength, ContentEncoding } = await head('streamed');
    expect({ ContentLength, ContentEncoding }).toEqual({ ContentLength: 140_000, ContentEncoding: undefined });
  });

  it('answer conditional reads', async () => {
    await put('conditional', 'x');
    const { ETag, LastModified } = await head('conditional');
    const before = new Date((LastModified?.getTime() ?? 0) - 1000);
    expect((await errorOf(get('conditional', { IfNoneMatch: ETag }))).status).toBe(304);
    expect((await errorOf(get('conditional', { IfModifiedSince: LastModified }))).status).toBe(304);
    expect((await errorOf(get('conditional', { IfMatch: '"other"' }))).name).toBe('PreconditionFailed');
    expect((await errorOf(get('conditional', { IfUnmodifiedSince: before }))).name).toBe('PreconditionFailed');
    expect(await text('conditional', { IfMatch: ETag, IfModifiedSince: before })).toBe('x');
    expect(await text('conditional', { IfMatch: ETag, IfUnmodifiedSince: before })).toBe('x');
  });

  it('are copied with their headers, or with new ones', async () => {
    await put('source é+', 'copied', { ContentType: 'text/css', Metadata: { a: '1' }, Tagging: 'k=v' });
    const CopySource = `/${Bucket}/${encodeURIComponent('source é+')}`;
    const copy = (Key: string, more = {}) =>
      s3.client.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
    const { CopyObjectResult } = await copy('copy 1');
    expect(CopyObjectResult?.ETag).toBe((await head('source é+')).ETag);
    expect(await head('copy 1')).toMatchObject({ ContentType: 'text/css', Metadata: { a: '1' }, TagCount: 1 });
    await copy('copy 2', { MetadataDirective: 'REPLACE', ContentType: 'text/html', Metadata: { b: '2' } });
    expect(await head('copy 2')).toMatchObject({ ContentType: 'text/html', Metadata: { b: '2' } });
    expect((await errorOf(copy('source é+'))).name).toBe('InvalidRequest');
    expect((await errorOf(copy('copy 3', { CopySourceIfMatch: 'x' }))).name).toBe('PreconditionFailed');
  });

  it('have tags and attributes', async () => {
    await put('tagged', 'abc', { ChecksumAlgorithm: 'SHA256' });
    const TagSet = [{ Key: 'a', Value: '<1>' }];
    await s3.client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }));
    expect((await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet).toEqual(TagSet);
    const attributes = await s3.client.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'tagged', ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum'] }),
    );
    expect(attributes).toMatchObject({ ObjectSize: 3, ETag: '900150983cd24fb0d6963f7d28e17f72' });
    expect(attributes.Checksum?.ChecksumSHA256).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
    expect(attributes.StorageClass).toBeUndefined();
  });

  it('are deleted many at a time, missing ones too', async () => {
    await put('del/<1>', 'x');
    const Objects = [{ Key: 'del/<1>' }, { Key: 'del/never' }];
    const { Deleted, Errors } = await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['del/<1>', 'del/never']);
    expect(Errors).toBeUndefined();
    expect((await errorOf(get('del/<1>'))).name).toBe('NoSuchKey');
  });

  it('in an archive cannot be read, and say so', async () => {
    await put('cold', 'x', { StorageClass: 'DEEP_ARCHIVE' });
    expect(await errorOf(get('cold'))).toEqual({ name: 'InvalidObjectState', status: 403 });
  });

  it('name what they do not implement', async () => {
    const acl = await fetch(`${s3.url}/${Bucket}?acl`);
    expect([acl.status, await acl.text()]).toEqual([501, expect.stringContaining('?acl is not implemented')]);
    const parameter = await fetch(`${s3.url}/${Bucket}/x?partNumber=1`);
    expect(await parameter.text()).toContain('Parameter partNumber of GetObject');
    const header = await fetch(`${s3.url}/${Bucket}/x`, { headers: { 'x-amz-new-thing': '1' } });
    expect(await header.text()).toContain('Header x-amz-new-thing of GetObject');
    expect((await errorOf(put('x', 'x', { ACL: 'public-read' }))).name).toBe('AccessControlListNotSupported');
  });

  it('of a missing bucket are not there', async () => {
    expect(await errorOf(s3.client.send(new GetObjectCommand({ Bucket: 'nowhere', Key: 'x' })))).toEqual({
      name: 'NoSuchBucket',
      status: 404,
    });
    expect(await errorOf(head('missing'))).toEqual({ name: 'NotFound', status: 404 });
  });
});
