import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore, type ObjectStore } from '../../../aws/object-store.ts';
import type { Job, JobId } from '../../../core/job.ts';
import type { OutputStore } from '../../../worker/job-ports.ts';
import { createOutputStore } from '../../../worker/output-store.ts';
import { createScratch } from '../../../worker/scratch.ts';
import { shareFile } from '../../../worker/share/share-file.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';

let aws: WorkerAws;
beforeAll(async () => {
  aws = await startWorkerAws();
});
afterAll(() => aws.close());

describe('downloads', () => {
  let objects: ObjectStore;
  let path: string;
  const signal = new AbortController().signal;
  beforeAll(() => {
    objects = createObjectStore(aws.s3);
    path = join(aws.directory, 'download');
  });
  const download = (job: Job, limitBytes = 1e9) => objects.download(job.source, path, { limitBytes, signal });

  it('bring the version that was asked for, also after a newer one', async () => {
    const first = await aws.upload('k', Buffer.from('first'));
    await aws.upload('k', Buffer.from('second'));
    const got = await download(first);
    expect(await readFile(path, 'utf8')).toBe('first');
    expect(got).toMatchObject({ bytes: 5 });
    expect(Buffer.from(got.head).toString()).toBe('first');
    expect(got.lastModified).toBe(await objects.lastModified(first.source));
  });

  it('know the order of the versions of a key, however fast they came', async () => {
    const jobs = [];
    for (const content of ['1', '2', '3']) jobs.push(await aws.upload('fast', Buffer.from(content)));
    await aws.upload('faster', Buffer.from('4'));
    const [first, , third] = jobs.map(({ source }) => source);
    if (!first?.versionId || !third?.versionId) throw new Error('The bucket has no versions.');
    expect(await objects.isStoredAfter(third, first.versionId)).toBe(true);
    expect(await objects.isStoredAfter(first, third.versionId)).toBe(false);
    expect(await objects.isStoredAfter(third, 'deleted')).toBe(false);
  });

  it('keep the first bytes only', async () => {
    const content = Buffer.alloc(300_000, 7);
    const got = await download(await aws.upload('long', content));
    expect(got.head).toHaveLength(4096);
    expect((await stat(path)).size).toBe(300_000);
  });

  it('find a deleted version gone, but not one below a delete marker', async () => {
    const job = await aws.upload('deleted', Buffer.from('x'));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'inbox', Key: 'deleted' }));
    expect((await download(job)).bytes).toBe(1);
    const VersionId = job.source.versionId;
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'inbox', Key: 'deleted', VersionId }));
    await expect(download(job)).rejects.toMatchObject({ code: 'gone' });
    expect(await objects.lastModified(job.source)).toBeUndefined();
  });

  it('pin the ETag where there are no versions', async () => {
    const { source } = await aws.upload('etag', Buffer.from('x'));
    const { versionId: _, ...unversioned } = source;
    const options = { limitBytes: 10, signal };
    expect((await objects.download(unversioned, path, options)).bytes).toBe(1);
    await expect(objects.download({ ...unversioned, etag: 'other' }, path, options)).rejects.toMatchObject({
      code: 'gone',
    });
  });

  it('stop at the limit', async () => {
    const job = await aws.upload('large', Buffer.alloc(1_001));
    await expect(download(job, 1_000)).rejects.toMatchObject({ name: 'PermanentError', code: 'too-large' });
    expect((await download(job, 1_001)).bytes).toBe(1_001);
  });

  it('end with the signal', async () => {
    const job = await aws.upload('aborted', Buffer.from('x'));
    await expect(
      objects.download(job.source, path, { limitBytes: 10, signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow();
  });
});

describe('outputs', () => {
  const jobId = 'b'.repeat(64) as JobId;
  let store: OutputStore;
  let shared: string;
  let work: string;
  beforeAll(async () => {
    shared = join(aws.directory, 'shared');
    work = join(aws.directory, 'work');
    await mkdir(work);
    store = createOutputStore({ client: aws.s3, name: 'results' }, shared, shareFile);
  });

  async function output(name: string, content: Uint8Array) {
    const path = join(work, name);
    await writeFile(path, content);
    return { name, contentType: 'image/webp', path };
  }

  it.each([
    ['small', 10],
    ['larger than what is sent from memory', 9 * 2 ** 20],
    ['empty', 0],
  ])('that are %s lie in the bucket and on the file system, named by their content', async (_, bytes) => {
    const content = Buffer.alloc(bytes, 'slipway');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const stored = await store.store(jobId, await output('thumb.webp', content), work);
    const key = `outputs/${jobId}/${sha256}.webp`;
    expect(stored).toEqual({ name: 'thumb.webp', key, bytes, sha256, contentType: 'image/webp' });
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket: 'results', Key: key }));
    expect(head).toMatchObject({ ContentLength: bytes, ContentType: 'image/webp' });
    expect((await readFile(join(shared, key))).equals(content)).toBe(true);
  });

  it('may be stored by many at once, and leave nothing half-done', async () => {
    const same = await output('same.webp', Buffer.alloc(100_000, 3));
    await Promise.all(Array.from({ length: 8 }, () => store.store(jobId, same, work)));
    const files = await readdir(join(shared, 'outputs', jobId));
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('take no odd extension into their name', async () => {
    const stored = await store.store(jobId, await output('x.a b', Buffer.from('x')), work);
    expect(stored.key).toMatch(/\/[0-9a-f]{64}$/);
  });

  it.each(['a link out of the directory', 'a file outside', 'a directory', 'nothing at all'])(
    'are refused when they are %s',
    async (what) => {
      const path = { 'a file outside': '/etc/hostname', 'a directory': work, 'nothing at all': join(work, 'none') }[
        what
      ];
      const link = join(work, 'link');
      if (path === undefined) await symlink('/etc/hostname', link);
      const refused = { name: 'x.txt', contentType: 'text/plain', path: path ?? link };
      await expect(store.store(jobId, refused, work)).rejects.toMatchObject({ code: 'bad-output' });
      await rm(link, { force: true });
    },
  );

  it('are refused below a link that leads out of the directory', async () => {
    await symlink('/etc', join(work, 'etc'));
    const refused = { name: 'x.txt', contentType: 'text/plain', path: join(work, 'etc', 'hostname') };
    await expect(store.store(jobId, refused, work)).rejects.toMatchObject({ code: 'bad-output' });
  });
});

describe('scratch directories', () => {
  it('are one per attempt, and all gone in the end', async () => {
    const root = join(aws.directory, 'scratch');
    const scratch = await createScratch(root);
    const [first, second] = await Promise.all([
      scratch.open('c'.repeat(64) as JobId, '1'),
      scratch.open('c'.repeat(64) as JobId, '2'),
    ]);
    await writeFile(first.sourcePath, 'x');
    expect(second.directory).not.toBe(first.directory);
    await first.remove();
    await expect(stat(first.directory)).rejects.toThrow();
    expect((await stat(second.directory)).isDirectory()).toBe(true);
    await scratch.close();
    expect(await readdir(root)).toEqual([]);
  });
});
