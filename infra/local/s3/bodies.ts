import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A file of the body folder that holds one stretch of an object. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

/** Where an object's bytes are: in the database when few, otherwise in files, several for a multipart upload. */
export interface StoredBody {
  readonly size: number;
  readonly inline?: Uint8Array | undefined;
  readonly segments: readonly Segment[];
}

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The folder of object data. Files have random names, are complete when they appear, and never change. */
export interface BodyFolder {
  /** Stores a stream; at most `inlineLimit` bytes stay in memory for the database. Leaves nothing behind on error. */
  write(source: AsyncIterable<Uint8Array>, inlineLimit: number): Promise<StoredBody>;
  /** Files being read stay until the reader ends, even when they are removed meanwhile. */
  open(body: StoredBody, range?: ByteRange): Uint8Array | Readable;
  remove(body: StoredBody): void;
  /** Deletes what no stored object uses: the traces of a kill between a file and its row. */
  removeAllBut(files: ReadonlySet<string>): void;
}

const TEMPORARY = '.part';
/** Large enough that a big object is not read in thousands of turns, small enough for many readers. */
const READ_BYTES = 256 * 1024;

/** Opens a body folder, making it when it is missing. */
export function bodyFolder(directory: string): BodyFolder {
  mkdirSync(directory, { recursive: true });
  const pathOf = (file: string) => join(directory, file);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  function drop(file: string): void {
    if (readers.has(file)) doomed.add(file);
    // What cannot be deleted now is deleted at the next boot: no row names it.
    else rm(pathOf(file), { force: true }).catch(() => undefined);
  }

  function release(file: string): void {
    const left = (readers.get(file) ?? 1) - 1;
    if (left > 0) readers.set(file, left);
    else readers.delete(file);
    if (left === 0 && doomed.delete(file)) drop(file);
  }

  return {
    write: (source, inlineLimit) => writeBody(source, inlineLimit, pathOf),

    open(body, range = { start: 0, end: body.size - 1 }) {
      if (body.inline) return body.inline.subarray(range.start, range.end + 1);
      const pieces = cut(body.segments, range);
      for (const { file } of pieces) readers.set(file, (readers.get(file) ?? 0) + 1);
      const stream = Readable.from(chain(pieces, pathOf), { objectMode: false });
      return stream.once('close', () => {
        for (const { file } of pieces) release(file);
      });
    },

    remove(body) {
      for (const { file } of body.segments) drop(file);
    },

    removeAllBut(files) {
      for (const file of readdirSync(directory)) if (!files.has(file)) rmSync(pathOf(file), { force: true });
    },
  };
}

async function writeBody(
  source: AsyncIterable<Uint8Array>,
  inlineLimit: number,
  pathOf: (file: string) => string,
): Promise<StoredBody> {
  const file = randomUUID();
  const early: Uint8Array[] = [];
  let size = 0;
  let handle: FileHandle | undefined;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (!handle && size <= inlineLimit) {
        early.push(chunk);
        continue;
      }
      handle ??= await open(pathOf(file + TEMPORARY), 'wx');
      if (early.length > 0) await handle.writeFile(Buffer.concat(early.splice(0)));
      await handle.writeFile(chunk);
    }
    if (!handle) return { size, inline: Buffer.concat(early), segments: [] };
    await handle.close();
    await rename(pathOf(file + TEMPORARY), pathOf(file));
    return { size, segments: [{ file, size }] };
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(pathOf(file + TEMPORARY), { force: true });
    throw error;
  }
}

/** The stretches of files that make up a range of the whole. */
function cut(segments: readonly Segment[], range: ByteRange): (ByteRange & { file: string })[] {
  const pieces: (ByteRange & { file: string })[] = [];
  let offset = 0;
  for (const { file, size } of segments) {
    const start = Math.max(range.start - offset, 0);
    const end = Math.min(range.end - offset, size - 1);
    if (start <= end) pieces.push({ file, start, end });
    offset += size;
  }
  return pieces;
}

async function* chain(
  pieces: readonly (ByteRange & { file: string })[],
  pathOf: (file: string) => string,
): AsyncGenerator<Buffer> {
  for (const { file, start, end } of pieces) {
    yield* createReadStream(pathOf(file), { start, end, highWaterMark: READ_BYTES });
  }
}
