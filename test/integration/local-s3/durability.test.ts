import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { openS3Store } from '../../../infra/local/s3/store.ts';
import { errorOf, startS3, VERSIONED, WITH_EVENTS } from './s3-fixture.ts';

const Bucket = 'durable';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-s3-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('after a restart', () => {
  it('objects, versions, uploads and settings are there, and sequencers go on rising', async () => {
    const before = await startS3(directory);
    await before.makeBucket(Bucket, { ...VERSIONED, ...WITH_EVENTS });
    const put = (Key: string, size: number) => new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(size) });
    const { VersionId } = await before.client.send(put('small', 10));
    await before.client.send(put('large', 100_000));
    await before.client.send(new DeleteObjectCommand({ Bucket, Key: 'small' }));
    const target = { Bucket, Key: 'multi' };
    const { UploadId } = await before.client.send(new CreateMultipartUploadCommand(target));
    const part = new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'part' });
    const { ETag } = await before.client.send(part);
    await before.close();

    const after = await startS3(directory);
    try {
      await after.makeBucket(Bucket, { ...VERSIONED, ...WITH_EVENTS });
      const read = async (Key: string, VersionId?: string) => {
        const { Body } = await after.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return (await Body?.transformToString())?.length;
      };
      expect([await read('small', VersionId), await read('large')]).toEqual([10, 100_000]);
      expect((await errorOf(read('small'))).name).toBe('NoSuchKey');
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await after.client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
      expect(await read('multi')).toBe(4);
      const sequencers = [before, after].map(({ events }) => {
        const object = events.at(-1)?.detail.object as { sequencer: string } | undefined;
        return object?.sequencer;
      });
      expect(sequencers).toEqual([...new Set(sequencers)].sort());
      expect(sequencers).toHaveLength(2);
      expect(after.service.bucketNames()).toEqual([Bucket]);
    } finally {
      await after.close();
    }
  });

  it('files that no object uses are gone, all others stay', async () => {
    const before = await startS3(directory);
    await before.makeBucket(Bucket);
    await before.client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'x'.repeat(50_000) }));
    await before.close();
    const folder = join(directory, 'objects');
    const kept = await readdir(folder);
    await writeFile(join(folder, 'orphan'), 'x');
    await writeFile(join(folder, 'half.part'), 'x');
    await (await startS3(directory)).close();
    expect(await readdir(folder)).toEqual(kept);
  });
});

describe('an object and its event', () => {
  it('are stored together or not at all', async () => {
    const database = openDatabase(directory);
    const store = openS3Store({
      database,
      directory: join(directory, 'objects'),
      clock: systemClock(),
      region: 'us-east-1',
      publishEvent() {
        expect(database.isTransaction).toBe(true);
        throw new Error('the bus is broken');
      },
    });
    store.buckets.create(Bucket);
    store.buckets.update(Bucket, { eventBridge: true });
    const object = {
      bucket: Bucket,
      key: 'x',
      body: { size: 1, inline: Buffer.from('x'), segments: [] },
      etag: '',
      attributes: { headers: {} },
      conditions: {},
    };
    const origin = { requestId: 'r', reason: 'PutObject' } as const;
    await expect(store.objects.put(object, origin)).rejects.toThrow('the bus is broken');
    expect(() => store.objects.get(Bucket, 'x')).toThrow(expect.objectContaining({ code: 'NoSuchKey' }));
    database.close();
  });
});

describe('an overwritten or deleted object', () => {
  it('leaves its file once nobody reads it any more', async () => {
    const s3 = await startS3(directory);
    try {
      await s3.makeBucket(Bucket);
      const files = () => readdir(join(directory, 'objects'));
      const large = (letter: string) => letter.repeat(4_000_000);
      const put = (letter: string) => s3.client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: large(letter) }));
      await put('a');
      const reading = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'x' }));
      await put('b');
      expect(await reading.Body?.transformToString()).toBe(large('a'));
      await expect.poll(files).toHaveLength(1);
      await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
      await expect.poll(files).toEqual([]);
    } finally {
      await s3.close();
    }
  });
});
