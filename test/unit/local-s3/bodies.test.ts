import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BodyFolder, bodyFolder, type StoredBody } from '../../../infra/local/s3/bodies.ts';

let directory: string;
let bodies: BodyFolder;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-bodies-'));
  bodies = bodyFolder(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const chunk of texts) yield Buffer.from(chunk);
}

async function joined(...texts: string[]): Promise<StoredBody> {
  const parts = await Promise.all(texts.map((part) => bodies.write(chunks(part), 0)));
  return { size: texts.join('').length, segments: parts.flatMap((part) => part.segments) };
}

const readAll = async (opened: ReturnType<BodyFolder['open']>) =>
  opened instanceof Uint8Array ? Buffer.from(opened).toString() : text(opened);

describe('bodies', () => {
  it('become files when they are too large for the database', async () => {
    expect(await bodies.write(chunks('ab', 'c'), 3)).toEqual({ size: 3, inline: Buffer.from('abc'), segments: [] });
    const large = await bodies.write(chunks('ab', 'c', 'd'), 3);
    expect(large).toMatchObject({ size: 4, segments: [{ size: 4 }] });
    expect(await readAll(bodies.open(large))).toBe('abcd');
    expect(await readdir(directory)).toEqual(large.segments.map(({ file }) => file));
  });

  it('are read in any range over all their files', async () => {
    const body = await joined('abc', 'd', 'efgh');
    for (let start = 0; start < 8; start += 1) {
      for (let end = start; end < 8; end += 1) {
        expect(await readAll(bodies.open(body, { start, end }))).toBe('abcdefgh'.slice(start, end + 1));
      }
    }
  });

  it('that are removed can still be read by who has begun, and then go', async () => {
    const body = await joined('abc', 'def');
    const [first, second] = [bodies.open(body), bodies.open(body)];
    bodies.remove(body);
    expect(await readAll(first)).toBe('abcdef');
    expect(await readdir(directory)).toHaveLength(2);
    expect(await readAll(second)).toBe('abcdef');
    await expect.poll(() => readdir(directory)).toEqual([]);
  });

  it('leave nothing behind when their source fails', async () => {
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('abc');
      throw new Error('the client is gone');
    }
    await expect(bodies.write(failing(), 0)).rejects.toThrow('the client is gone');
    expect(await readdir(directory)).toEqual([]);
  });
});
