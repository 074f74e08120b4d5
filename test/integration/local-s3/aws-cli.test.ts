import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Fixture, startS3, VERSIONED } from './s3-fixture.ts';

const run = promisify(execFile);
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1' };
let s3: S3Fixture;
let folder: string;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket('inbox', VERSIONED);
  folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

async function aws(...words: string[]): Promise<string> {
  const { stdout } = await run('aws', ['--endpoint-url', s3.url, ...words], {
    env: { ...process.env, ...credentials },
  });
  return stdout;
}

function isInstalled(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!isInstalled())('the aws CLI', () => {
  it('copies a large file there and back in parts, and between keys', async () => {
    const [from, to] = [join(folder, 'large file+é.bin'), join(folder, 'back.bin')];
    await writeFile(from, randomBytes(20 * 1024 * 1024));
    await aws('s3', 'cp', from, 's3://inbox/large/');
    await aws('s3', 'cp', 's3://inbox/large/large file+é.bin', 's3://inbox/copy.bin');
    await aws('s3', 'cp', 's3://inbox/copy.bin', to);
    expect((await readFile(to)).equals(await readFile(from))).toBe(true);
  });

  it('syncs a folder once, lists it and its versions, and deletes it', async () => {
    const tree = join(folder, 'tree');
    await mkdir(join(tree, 'sub dir'), { recursive: true });
    for (const name of ['a+b%20.txt', 'sub dir/😀.txt']) {
      await writeFile(join(tree, name), name);
      // S3 keeps whole seconds: a file of this very second would look newer than its object.
      await utimes(join(tree, name), new Date(0), new Date(0));
    }
    expect((await aws('s3', 'sync', tree, 's3://inbox/tree/')).match(/upload:/g)).toHaveLength(2);
    expect(await aws('s3', 'sync', tree, 's3://inbox/tree/')).toBe('');
    expect(await aws('s3', 'ls', 's3://inbox/tree/')).toMatch(/PRE sub dir\/\n.* a\+b%20\.txt\n$/);
    await aws('s3', 'rm', 's3://inbox/tree/a+b%20.txt');
    const listed = await aws('s3api', 'list-object-versions', '--bucket', 'inbox', '--prefix', 'tree/');
    const { Versions, DeleteMarkers } = JSON.parse(listed);
    expect(Versions.map((version: { Key: string }) => version.Key)).toEqual(['tree/a+b%20.txt', 'tree/sub dir/😀.txt']);
    expect(DeleteMarkers).toMatchObject([{ Key: 'tree/a+b%20.txt', IsLatest: true }]);
  });

  it('is told what is not implemented', async () => {
    await expect(aws('s3api', 'get-bucket-acl', '--bucket', 'inbox')).rejects.toThrow(/NotImplemented.*\?acl/s);
  });
});
