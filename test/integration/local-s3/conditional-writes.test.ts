import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INLINE_BYTES } from '../../../infra/local/s3/payload.ts';
import { errorOf, type S3Fixture, startS3, VERSIONED } from './s3-fixture.ts';

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket('plain');
  await s3.makeBucket('versioned', VERSIONED);
});
afterAll(() => s3.close());

describe.each(['plain', 'versioned'])('conditional writes in a %s bucket', (Bucket) => {
  const put = (Key: string, Body: string, more = {}) =>
    s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const read = async (Key: string) => {
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  };

  it.each([
    ['small', 10],
    ['large', 100_000],
  ])('let exactly one of many creators win: %s', async (Key, size) => {
    const files = async () => (await readdir(join(s3.directory, 'objects'))).length;
    const filesBefore = await files();
    const bodies = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(size, '.'));
    const results = await Promise.allSettled(bodies.map((body) => put(Key, body, { IfNoneMatch: '*' })));
    const won = results.flatMap((result, index) => (result.status === 'fulfilled' ? [bodies[index]] : []));
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(won).toHaveLength(1);
    // What the losers sent is thrown away.
    await expect.poll(files).toBe(filesBefore + (size > INLINE_BYTES ? 1 : 0));
    expect(await read(Key)).toBe(won[0]);
    expect(new Set(reasons.map((reason) => `${reason.name} ${reason.$metadata.httpStatusCode}`))).toEqual(
      new Set(['PreconditionFailed 412']),
    );
  });

  it('let exactly one of many updaters of one state win', async () => {
    const { ETag } = await put('counter', '0');
    const updates = Array.from({ length: 10 }, (_, index) => put('counter', `next ${index}`, { IfMatch: ETag }));
    const results = await Promise.allSettled(updates);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('tell a missing key from a changed one', async () => {
    expect(await errorOf(put('missing', 'x', { IfMatch: '"abc"' }))).toEqual({ name: 'NoSuchKey', status: 404 });
    await put('changed', 'x');
    const changed = put('changed', 'y', { IfMatch: '"abc"' });
    expect(await errorOf(changed)).toEqual({ name: 'PreconditionFailed', status: 412 });
    expect(await read('changed')).toBe('x');
  });

  it('count a deleted object as missing', async () => {
    const { ETag } = await put('deleted', 'x');
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }));
    expect((await errorOf(put('deleted', 'y', { IfMatch: ETag }))).name).toBe('NoSuchKey');
    await put('deleted', 'z', { IfNoneMatch: '*' });
    expect(await read('deleted')).toBe('z');
  });

  it('know only * for If-None-Match', async () => {
    expect(await errorOf(put('any', 'x', { IfNoneMatch: '"abc"' }))).toEqual({ name: 'NotImplemented', status: 501 });
  });

  it('guard a delete', async () => {
    const { ETag } = await put('guarded', 'x');
    const remove = (IfMatch: string | undefined) =>
      s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'guarded', IfMatch }));
    expect((await errorOf(remove('"abc"'))).name).toBe('PreconditionFailed');
    await remove(ETag);
    expect((await errorOf(read('guarded'))).name).toBe('NoSuchKey');
  });
});
