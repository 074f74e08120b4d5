import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3, VERSIONED } from './s3-fixture.ts';

const Bucket = 'listed';
const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'd é+/x', 'd é+/y', 'z'];
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket, VERSIONED);
  for (const Key of [...KEYS, 'a', 'b/2', 'b/2'])
    await s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
});
afterAll(() => s3.close());

const list = (more = {}) => s3.client.send(new ListObjectsV2Command({ Bucket, ...more }));
const keysOf = (entries: { Key?: string | undefined }[] | undefined) => (entries ?? []).map(({ Key }) => Key);
const prefixesOf = (entries: { Prefix?: string | undefined }[] | undefined) => (entries ?? []).map((e) => e.Prefix);

describe('listings', () => {
  it.each([1, 2, 3, 1000])('give every key once, %i at a time', async (MaxKeys) => {
    const found: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({ MaxKeys, ContinuationToken });
      expect(page.KeyCount).toBe(page.Contents?.length);
      found.push(...keysOf(page.Contents));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(found).toEqual(KEYS);
  });

  it.each([1, 2, 1000])('fold keys at a delimiter, %i at a time', async (MaxKeys) => {
    const found: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({ MaxKeys, ContinuationToken, Delimiter: '/' });
      found.push(...keysOf(page.Contents), ...prefixesOf(page.CommonPrefixes));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(found.sort()).toEqual(['a', 'b/', 'b0', 'd é+/', 'z']);
  });

  it('begin at a prefix and behind a key', async () => {
    expect(keysOf((await list({ Prefix: 'b/' })).Contents)).toEqual(['b/1', 'b/2', 'b/c/3']);
    expect(keysOf((await list({ Prefix: 'b/', StartAfter: 'b/1' })).Contents)).toEqual(['b/2', 'b/c/3']);
    expect(keysOf((await list({ StartAfter: 'b0' })).Contents)).toEqual(['d é+/x', 'd é+/y', 'z']);
    expect(keysOf((await list({ Prefix: 'b/', StartAfter: 'a' })).Contents)).toEqual(['b/1', 'b/2', 'b/c/3']);
    const folded = await list({ Prefix: 'b/', Delimiter: '/' });
    expect([keysOf(folded.Contents), prefixesOf(folded.CommonPrefixes)]).toEqual([['b/1', 'b/2'], ['b/c/']]);
  });

  it('encode names when asked', async () => {
    const page = await list({ Prefix: 'd é+', EncodingType: 'url' });
    expect(keysOf(page.Contents)).toEqual(['d+%C3%A9%2B/x', 'd+%C3%A9%2B/y']);
    expect(page.Prefix).toBe('d+%C3%A9%2B');
  });

  it('of the first version page by marker, over common prefixes too', async () => {
    const found: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await s3.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker }));
      found.push(...keysOf(page.Contents), ...prefixesOf(page.CommonPrefixes));
      Marker = page.NextMarker;
    } while (Marker);
    expect(found.sort()).toEqual(['a', 'b/', 'b0', 'd é+/', 'z']);
  });

  it.each([1, 2, 3, 1000])('of versions give every version once, %i at a time', async (MaxKeys) => {
    const found: string[] = [];
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
    while (marker) {
      const page: Awaited<ReturnType<typeof versions>> = await versions({ MaxKeys, ...marker });
      found.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      marker = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    }
    expect(found.map((entry) => entry.slice(0, -33))).toEqual(
      KEYS.flatMap((key) => (key === 'a' ? [key, key] : key === 'b/2' ? [key, key, key] : [key])),
    );
    expect(new Set(found).size).toBe(found.length);
  });

  it('of uploads give every upload once', async () => {
    const uploads: string[] = [];
    for (const Key of ['up/1', 'up/1', 'up/2', 'up/x/3']) {
      const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      uploads.push(`${Key} ${UploadId}`);
    }
    const found: string[] = [];
    let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
    while (marker) {
      const input = { Bucket, Prefix: 'up/', MaxUploads: 1, ...marker };
      const page: Awaited<ReturnType<typeof listUploads>> = await listUploads(input);
      found.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => `${Key} ${UploadId}`));
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      marker = page.IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;
    }
    expect(found).toEqual(uploads);
    const folded = await listUploads({ Bucket, Prefix: 'up/', Delimiter: '/' });
    expect(prefixesOf(folded.CommonPrefixes)).toEqual(['up/x/']);
  });

  it('refuse limits and tokens that are none', async () => {
    expect((await errorOf(list({ MaxKeys: -1 }))).name).toBe('InvalidArgument');
    expect((await errorOf(list({ ContinuationToken: 'eHg' }))).name).toBe('InvalidArgument');
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

const versions = (more: object) => s3.client.send(new ListObjectVersionsCommand({ Bucket, ...more }));
const listUploads = (input: ConstructorParameters<typeof ListMultipartUploadsCommand>[0]) =>
  s3.client.send(new ListMultipartUploadsCommand(input));
