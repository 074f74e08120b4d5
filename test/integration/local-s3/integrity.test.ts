import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type S3Fixture, startS3 } from './s3-fixture.ts';

const Bucket = 'checked';
let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket(Bucket);
});
afterAll(() => s3.close());

/** A PUT as no SDK would send it. Resolves to the status and the error's code. */
function rawPut(key: string, body: string, headers: Record<string, string>): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const options = { method: 'PUT', path: `/${Bucket}/${key}`, headers };
    const sent = request(s3.url, options, (answer) => {
      text(answer).then((xml) => resolve([answer.statusCode, /<Code>(\w+)/.exec(xml)?.[1] ?? '']), reject);
    });
    sent.on('error', reject).end(body);
  });
}

describe('the integrity of data', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] satisfies ChecksumAlgorithm[])(
    'is checked with %s, which is kept and given back on request',
    async (algorithm) => {
      const Key = `sum-${algorithm}`;
      const put = new PutObjectCommand({ Bucket, Key, Body: 'abc', ChecksumAlgorithm: algorithm });
      const sent = algorithm === 'CRC64NVME' ? undefined : await s3.client.send(put);
      const field = `Checksum${algorithm}` as const;
      const value = sent ? sent[field] : 'BeXKuz/B+us=';
      const put2 = new PutObjectCommand({ Bucket, Key, Body: 'abc', [field]: value });
      expect((await s3.client.send(put2))[field]).toBe(value);
      const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect([head[field], head.ChecksumType]).toEqual([value, 'FULL_OBJECT']);
      const wrong = new PutObjectCommand({ Bucket, Key: 'never', Body: 'abd', [field]: value });
      expect(await errorOf(s3.client.send(wrong))).toEqual({ name: 'BadDigest', status: 400 });
    },
  );

  it.each([10, 100_000])('fails on a wrong checksum and stores nothing, %i bytes', async (size) => {
    const body = 'x'.repeat(size);
    const length = { 'content-length': String(size) };
    const wrongMd5 = createHash('md5').update('other').digest('base64');
    const wrongSha = createHash('sha256').update('other').digest('hex');
    expect(await rawPut('bad', body, { ...length, 'content-md5': wrongMd5 })).toEqual([400, 'BadDigest']);
    expect(await rawPut('bad', body, { ...length, 'content-md5': 'abc' })).toEqual([400, 'InvalidDigest']);
    expect(await rawPut('bad', body, { ...length, 'x-amz-content-sha256': wrongSha })).toEqual([
      400,
      'XAmzContentSHA256Mismatch',
    ]);
    expect(await rawPut('bad', body, { ...length, 'x-amz-checksum-crc32': 'AA==' })).toEqual([400, 'InvalidRequest']);
    expect((await errorOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'bad' })))).name).toBe('NoSuchKey');
    await expect.poll(() => readdir(join(s3.directory, 'objects'))).toEqual([]);
  });

  it('reads the chunked encodings, signed and unsigned, with trailers and without', async () => {
    const unsigned = {
      'content-encoding': 'gzip,aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '3',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    const body = (crc: string) => `3\r\nabc\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;
    expect(await rawPut('chunked', body('NSRBwg=='), unsigned)).toEqual([200, '']);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'chunked', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentEncoding: 'gzip', ContentLength: 3, ChecksumCRC32: 'NSRBwg==' });
    expect(await rawPut('chunked2', body('AAAAAA=='), unsigned)).toEqual([400, 'BadDigest']);
    const signed = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '3',
    };
    const signature = `;chunk-signature=${'0'.repeat(64)}`;
    expect(await rawPut('signed', `3${signature}\r\nabc\r\n0${signature}\r\n\r\n`, signed)).toEqual([200, '']);
    expect(await rawPut('short', `2${signature}\r\nab\r\n0${signature}\r\n\r\n`, signed)).toEqual([
      400,
      'IncompleteBody',
    ]);
    expect(await rawPut('cut', `3${signature}\r\nab`, signed)).toEqual([400, 'IncompleteBody']);
  });

  it('demands to know the length beforehand, as AWS does', async () => {
    expect(await rawPut('unknown', 'abc', { 'transfer-encoding': 'chunked' })).toEqual([501, 'NotImplemented']);
    const chunked = { 'transfer-encoding': 'chunked', 'content-encoding': 'aws-chunked' };
    const body = '3\r\nabc\r\n0\r\n\r\n';
    expect(await rawPut('unknown', body, chunked)).toEqual([501, 'NotImplemented']);
    expect(await rawPut('known', body, { ...chunked, 'x-amz-decoded-content-length': '3' })).toEqual([200, '']);
  });

  it('answers 100 Continue to a client that waits for it', async () => {
    const headers = { expect: '100-continue', 'content-length': '3' };
    const status = await new Promise((resolve, reject) => {
      const sent = request(s3.url, { method: 'PUT', path: `/${Bucket}/expected`, headers });
      sent.on('continue', () => sent.end('abc'));
      sent.on('response', (answer) => resolve(answer.resume().statusCode));
      sent.on('error', reject).flushHeaders();
    });
    expect(status).toBe(200);
  });

  it('stores nothing of an upload that breaks off', async () => {
    await new Promise<void>((resolve) => {
      const headers = { 'content-length': '1000000' };
      const sent = request(s3.url, { method: 'PUT', path: `/${Bucket}/broken`, headers });
      sent.on('error', () => resolve());
      sent.write(Buffer.alloc(100_000), () => sent.destroy(new Error('the client is gone')));
    });
    await expect.poll(() => readdir(join(s3.directory, 'objects'))).toEqual([]);
    expect((await errorOf(s3.client.send(new GetObjectCommand({ Bucket, Key: 'broken' })))).name).toBe('NoSuchKey');
  });
});
