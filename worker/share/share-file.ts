import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SlipwayError } from '../../core/errors.ts';

/** A file to be on the shared file system: `to` is absolute, `sha256` in hex. */
export interface ShareOrder {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Copies a file; throws what the file system says, or that the content is not what was announced. */
export type ShareFile = (order: ShareOrder) => Promise<void>;

const TEMPORARY = '.tmp';
/** Older ones belong to nobody who still writes. */
const STALE_MS = 3_600_000;
/** Each chunk is a call to a server. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Written under a name of its own in the same directory, made durable, then renamed: atomic on NFS too. The path may
 * have come to mean another file since it was measured: what is copied is hashed on its way.
 */
export async function shareFile({ from, to, sha256 }: ShareOrder): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const temporary = join(dirname(to), `.${randomUUID()}${TEMPORARY}`);
  try {
    const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const copied = await copy(source, temporary);
      if (copied !== sha256) throw new SlipwayError('output-changed', 'An output changed while it was stored.');
    } finally {
      await source.close();
    }
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes what killed writers left beside a file. Never throws. */
export async function removeStale(to: string, now: number): Promise<void> {
  const directory = dirname(to);
  const names = await readdir(directory).catch((): string[] => []);
  for (const name of names.filter((candidate) => candidate.endsWith(TEMPORARY))) {
    const path = join(directory, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && now - facts.mtimeMs > STALE_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function copy(source: FileHandle, path: string): Promise<string> {
  const hash = createHash('sha256');
  const target = await open(path, 'wx', 0o644);
  try {
    await pipeline(
      source.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK_BYTES }),
      async (chunks) => {
        for await (const chunk of chunks) {
          hash.update(chunk as Buffer);
          await target.writeFile(chunk as Buffer);
        }
      },
    );
    await target.sync();
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}
