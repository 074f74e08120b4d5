import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3, VERSIONED } from './s3-fixture.ts';

const Bucket = 'versioned';
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket, VERSIONED);
});
afterAll(() => s3.close());

const put = async (Key: string, Body: string, bucket = Bucket) =>
  (await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId;
const read = async (Key: string, VersionId?: string, bucket = Bucket) => {
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
  return Body?.transformToString();
};
const remove = (Key: string, VersionId?: string, bucket = Bucket) =>
  s3.client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
const history = async (Prefix: string, bucket = Bucket) => {
  const page = await s3.client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix }));
  return {
    versions: (page.Versions ?? []).map(({ VersionId, IsLatest }) => ({ VersionId, IsLatest })),
    markers: (page.DeleteMarkers ?? []).map(({ VersionId, IsLatest }) => ({ VersionId, IsLatest })),
  };
};

describe('versions', () => {
  it('all stay readable, newest first in the listing', async () => {
    const first = await put('kept', 'one');
    const second = await put('kept', 'two');
    expect(await read('kept')).toBe('two');
    expect(await read('kept', first)).toBe('one');
    expect((await history('kept')).versions).toEqual([
      { VersionId: second, IsLatest: true },
      { VersionId: first, IsLatest: false },
    ]);
  });

  it('hide behind a delete marker until it is deleted', async () => {
    const version = await put('hidden', 'x');
    const marker = await remove('hidden');
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    expect(await errorOf(read('hidden'))).toEqual({ name: 'NoSuchKey', status: 404 });
    const answer = await fetch(`${s3.url}/${Bucket}/hidden`);
    expect(answer.headers.get('x-amz-delete-marker')).toBe('true');
    expect(answer.headers.get('x-amz-version-id')).toBe(marker.VersionId);
    expect(await read('hidden', version)).toBe('x');
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'hidden' }));
    expect(Contents).toBeUndefined();
    expect(await remove('hidden', marker.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(await read('hidden')).toBe('x');
  });

  it('of a delete marker cannot be read', async () => {
    const { VersionId } = await remove('only a marker');
    expect(await errorOf(read('only a marker', VersionId))).toEqual({ name: 'MethodNotAllowed', status: 405 });
    const head = s3.client.send(new HeadObjectCommand({ Bucket, Key: 'only a marker', VersionId }));
    expect((await errorOf(head)).status).toBe(405);
  });

  it('that are missing are told from missing keys', async () => {
    const version = await put('one', 'x');
    expect(await errorOf(read('one', 'f'.repeat(32)))).toEqual({ name: 'NoSuchVersion', status: 404 });
    expect((await errorOf(read('two', version))).name).toBe('NoSuchVersion');
    expect((await errorOf(read('two'))).name).toBe('NoSuchKey');
    expect((await remove('one', 'f'.repeat(32))).$metadata.httpStatusCode).toBe(204);
  });

  it('go one by one: the one before becomes the latest', async () => {
    const first = await put('peeled', 'one');
    const second = await put('peeled', 'two');
    await remove('peeled', second);
    expect(await read('peeled')).toBe('one');
    expect((await history('peeled')).versions).toEqual([{ VersionId: first, IsLatest: true }]);
    const Objects = [{ Key: 'peeled', VersionId: first }];
    await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(await history('peeled')).toEqual({ versions: [], markers: [] });
  });

  it('are not kept in a bucket that never had them', async () => {
    await s3.makeBucket('plain');
    expect(await put('x', 'one', 'plain')).toBeUndefined();
    await put('x', 'two', 'plain');
    expect((await history('x', 'plain')).versions).toEqual([{ VersionId: 'null', IsLatest: true }]);
    expect(await read('x', 'null', 'plain')).toBe('two');
    expect((await remove('x', undefined, 'plain')).DeleteMarker).toBeUndefined();
    expect(await history('x', 'plain')).toEqual({ versions: [], markers: [] });
  });

  it('stay when versioning is suspended; what comes then has the version null', async () => {
    await s3.makeBucket('suspended');
    const set = (Status: 'Enabled' | 'Suspended') =>
      s3.client.send(new PutBucketVersioningCommand({ Bucket: 'suspended', VersioningConfiguration: { Status } }));
    await put('x', 'before', 'suspended');
    await set('Enabled');
    const version = await put('x', 'enabled', 'suspended');
    await set('Suspended');
    expect(await put('x', 'suspended', 'suspended')).toBe('null');
    expect(await read('x', 'null', 'suspended')).toBe('suspended');
    expect((await history('x', 'suspended')).versions).toEqual([
      { VersionId: 'null', IsLatest: true },
      { VersionId: version, IsLatest: false },
    ]);
    expect(await remove('x', undefined, 'suspended')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    expect(await history('x', 'suspended')).toEqual({
      versions: [{ VersionId: version, IsLatest: false }],
      markers: [{ VersionId: 'null', IsLatest: true }],
    });
    const { Status } = await s3.client.send(new GetBucketVersioningCommand({ Bucket: 'suspended' }));
    expect(Status).toBe('Suspended');
  });
});
