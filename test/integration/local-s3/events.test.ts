import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3, VERSIONED, WITH_EVENTS } from './s3-fixture.ts';

const Bucket = 'inbox';
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket, { ...VERSIONED, ...WITH_EVENTS });
  await s3.makeBucket('plain', WITH_EVENTS);
  await s3.makeBucket('silent');
});
beforeEach(() => void s3.events.splice(0));
afterAll(() => s3.close());

const put = (Key: string, Body: string, more = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const facts = () =>
  s3.events.map(({ detailType, detail }) => {
    const {
      reason,
      object,
      'deletion-type': deletion,
    } = detail as {
      reason: string;
      object: { key: string; 'version-id'?: string; sequencer: string };
      'deletion-type'?: string;
    };
    return {
      detailType,
      reason,
      deletion,
      key: object.key,
      version: object['version-id'],
      sequencer: object.sequencer,
    };
  });

describe('events', () => {
  it('tell of a new object in the shape of AWS, its key as it is', async () => {
    const { VersionId, $metadata } = await put('a b+%25é.png', 'hello');
    expect(s3.events).toEqual([
      {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::inbox'],
        detail: {
          version: '0',
          bucket: { name: 'inbox' },
          object: {
            key: 'a b+%25é.png',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            'version-id': VersionId,
            sequencer: expect.stringMatching(/^[\da-f]{18}$/),
          },
          'request-id': $metadata.requestId,
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  it('name the operation that made the object', async () => {
    await put('x', 'x');
    await s3.client.send(new CopyObjectCommand({ Bucket, Key: 'y', CopySource: `${Bucket}/x` }));
    const target = { Bucket, Key: 'z' };
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(target));
    const part = { ...target, UploadId, PartNumber: 1 };
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, Body: 'z' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload }));
    expect(facts().map(({ reason }) => reason)).toEqual(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);
  });

  it('tell how an object was deleted', async () => {
    await put('x', 'x');
    const { VersionId } = await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'x', VersionId }));
    await put('x', 'x', { Bucket: 'plain' });
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'x' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'never there' }));
    const deletions = facts().filter(({ detailType }) => detailType === 'Object Deleted');
    expect(deletions.map(({ deletion, version, reason }) => ({ deletion, version, reason }))).toEqual([
      { deletion: 'Delete Marker Created', version: VersionId, reason: 'DeleteObject' },
      { deletion: 'Permanently Deleted', version: VersionId, reason: 'DeleteObject' },
      { deletion: 'Permanently Deleted', version: undefined, reason: 'DeleteObject' },
    ]);
  });

  it('have sequencers that rise with every change of a key', async () => {
    for (const body of ['1', '2', '3']) await put('x', body);
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'x' }));
    await put('x', '4');
    const sequencers = facts().map(({ sequencer }) => sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
    expect(sequencers).toHaveLength(5);
  });

  it('do not come for what did not happen, nor from a bucket that tells nobody', async () => {
    await put('once', 'x');
    await errorOf(put('once', 'y', { IfNoneMatch: '*' }));
    await put('x', 'x', { Bucket: 'silent' });
    await s3.client.send(new DeleteObjectCommand({ Bucket: 'silent', Key: 'x' }));
    expect(facts().map(({ key }) => key)).toEqual(['once']);
  });
});
