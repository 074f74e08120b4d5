import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChecksum } from '../../../infra/local/s3/checksums.ts';
import { errorOf, type S3Fixture, startS3 } from './s3-fixture.ts';

const Bucket = 'multipart';
const PART_BYTES = 5 * 1024 * 1024;
const data = randomBytes(4 * PART_BYTES);
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket);
});
afterAll(() => s3.close());

type Target = { Bucket: string; Key: string; UploadId: string | undefined };

async function begin(Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<Target> {
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}

async function upload(target: Target, PartNumber: number, Body: Buffer, more = {}): Promise<CompletedPart> {
  const sent = await s3.client.send(new UploadPartCommand({ ...target, PartNumber, Body, ...more }));
  return { PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 };
}

const complete = (target: Target, Parts: CompletedPart[], more = {}) =>
  s3.client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more }));

describe('multipart uploads', () => {
  it('become one object of all parts, readable in ranges across them', async () => {
    const target = await begin('20 MB', { ContentType: 'video/mp4', Metadata: { a: 'b' } });
    const cuts = [0, 1, 2, 3].map((index) => data.subarray(index * PART_BYTES, (index + 1) * PART_BYTES));
    const parts = await Promise.all(cuts.map((body, index) => upload(target, index + 1, body)));
    const { ETag } = await complete(target, parts);
    expect(ETag).toMatch(/^"[\da-f]{32}-4"$/);
    const whole = await s3.client.send(new GetObjectCommand({ Bucket, Key: '20 MB' }));
    expect(whole).toMatchObject({ ContentType: 'video/mp4', Metadata: { a: 'b' }, ETag });
    expect(data.equals((await whole.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    const Range = `bytes=${PART_BYTES - 3}-${2 * PART_BYTES + 2}`;
    const range = await s3.client.send(new GetObjectCommand({ Bucket, Key: '20 MB', Range }));
    const bytes = Buffer.from((await range.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(data.subarray(PART_BYTES - 3, 2 * PART_BYTES + 3))).toBe(true);
  });

  it.each([
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA256', 'COMPOSITE'],
  ] as const)('have a %s checksum of type %s', async (ChecksumAlgorithm, ChecksumType) => {
    const target = await begin(`sum ${ChecksumAlgorithm} ${ChecksumType}`, { ChecksumAlgorithm, ChecksumType });
    const [first, last] = [data.subarray(0, PART_BYTES), data.subarray(PART_BYTES, PART_BYTES + 10)];
    const parts = [
      await upload(target, 1, first, { ChecksumAlgorithm }),
      await upload(target, 2, last, { ChecksumAlgorithm }),
    ];
    const done = await complete(
      target,
      parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
    );
    const digest = startChecksum(ChecksumAlgorithm);
    for (const piece of [first, last]) {
      const ofPart = startChecksum(ChecksumAlgorithm);
      ofPart.update(piece);
      digest.update(ChecksumType === 'FULL_OBJECT' ? piece : ofPart.digest());
    }
    const expected = digest.digest().toString('base64') + (ChecksumType === 'COMPOSITE' ? '-2' : '');
    expect(done).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: expected, ChecksumType });
  });

  it('use the latest upload of a part, and only the parts that are named', async () => {
    const target = await begin('replaced');
    await upload(target, 1, Buffer.from('old'));
    const part = await upload(target, 1, Buffer.from('new'));
    await upload(target, 7, Buffer.from('unused'));
    const listed = await s3.client.send(new ListPartsCommand({ ...target, MaxParts: 1 }));
    expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1', Parts: [{ PartNumber: 1, Size: 3 }] });
    const rest = await s3.client.send(new ListPartsCommand({ ...target, PartNumberMarker: '1' }));
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([7]);
    await complete(target, [part]);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'replaced' }));
    expect(await Body?.transformToString()).toBe('new');
    expect((await errorOf(complete(target, [part]))).name).toBe('NoSuchUpload');
  });

  it('are refused with parts that are wrong, unordered or too small', async () => {
    const target = await begin('wrong');
    const parts = [await upload(target, 1, Buffer.from('a')), await upload(target, 2, Buffer.from('b'))];
    expect((await errorOf(complete(target, [...parts].reverse()))).name).toBe('InvalidPartOrder');
    expect((await errorOf(complete(target, parts))).name).toBe('EntityTooSmall');
    expect((await errorOf(complete(target, [{ PartNumber: 1, ETag: '"x"' }]))).name).toBe('InvalidPart');
    const [first] = parts;
    const wrongSum = { ...first, ChecksumCRC32: 'AAAAAA==' };
    expect((await errorOf(complete(target, [wrongSum]))).name).toBe('InvalidPart');
    expect((await errorOf(complete(target, []))).name).toBe('MalformedXML');
    expect((await errorOf(upload(target, 10_001, Buffer.from('a')))).name).toBe('InvalidArgument');
  });

  it('are conditional: one of many completions wins', async () => {
    const targets = await Promise.all(Array.from({ length: 5 }, () => begin('raced')));
    const done = targets.map(async (target) => {
      const part = await upload(target, 1, Buffer.from(String(target.UploadId)));
      return complete(target, [part], { IfNoneMatch: '*' });
    });
    const results = await Promise.allSettled(done);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    expect(new Set(lost)).toEqual(new Set(['PreconditionFailed']));
    const missing = await begin('missing');
    const part = await upload(missing, 1, Buffer.from('x'));
    expect((await errorOf(complete(missing, [part], { IfMatch: '"x"' }))).name).toBe('NoSuchKey');
  });

  it('copy their parts from objects', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: data.subarray(0, 100_000) }));
    const target = await begin('from copy');
    const copy = new UploadPartCopyCommand({
      ...target,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: 'bytes=10-99',
    });
    const { CopyPartResult } = await s3.client.send(copy);
    await complete(target, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'from copy' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(data.subarray(10, 100));
  });

  it('leave nothing behind when they are aborted', async () => {
    const files = () => readdir(join(s3.directory, 'objects'));
    const before = await files();
    const target = await begin('aborted');
    await upload(target, 1, Buffer.from('a'));
    expect(await files()).toHaveLength(before.length + 1);
    await s3.client.send(new AbortMultipartUploadCommand(target));
    await expect.poll(files).toHaveLength(before.length);
    expect((await errorOf(upload(target, 2, Buffer.from('b')))).name).toBe('NoSuchUpload');
  });
});
