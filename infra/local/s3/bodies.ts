import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
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

/** Data of one write: a large object is not written in thousands of turns. */
const WRITE_BYTES = 1024 * 1024;
/** A body up to this size is read in one piece. */
const PIECE_BYTES = 1024 * 1024;
/** Pieces that were read last stay in memory, up to this many bytes: what is read once is often read again. */
const PIECES_BYTES = 32 * 1024 * 1024;
/** Large enough that a big object is not read in thousands of turns, small enough for many readers. */
const READ_BYTES = 256 * 1024;

/** Opens a body folder, making it when it is missing. */
export function bodyFolder(directory: string): BodyFolder {
  mkdirSync(directory, { recursive: true });
  const pathOf = (file: string) => join(directory, file);
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  const pieces = recentPieces(pathOf);

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
      const piece = body.inline ?? pieces.read(body);
      if (piece) return piece.subarray(range.start, range.end + 1);
      const stretches = cut(body.segments, range);
      for (const { file } of stretches) readers.set(file, (readers.get(file) ?? 0) + 1);
      const stream = Readable.from(chain(stretches, pathOf), { objectMode: false });
      return stream.once('close', () => {
        for (const { file } of stretches) release(file);
      });
    },

    remove(body) {
      pieces.forget(body);
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
  // Nobody knows its name before it is complete: what a kill leaves of it is no object's, and goes at the next boot.
  const file = randomUUID();
  let waiting: Uint8Array[] = [];
  let written = 0;
  let size = 0;
  let handle: FileHandle | undefined;

  async function flush(): Promise<void> {
    handle ??= await open(pathOf(file), 'wx');
    const data = waiting;
    waiting = [];
    written = size;
    await writeAll(handle, data);
  }

  try {
    for await (const chunk of source) {
      size += chunk.length;
      waiting.push(chunk);
      if (size - written >= WRITE_BYTES) await flush();
    }
    if (!handle && size <= inlineLimit) return { size, inline: Buffer.concat(waiting), segments: [] };
    await flush();
    await handle?.close();
    return { size, segments: [{ file, size }] };
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(pathOf(file), { force: true });
    throw error;
  }
}

/** Writes data at the end of a file; one call may take only a part of it. */
async function writeAll(handle: FileHandle, data: readonly Uint8Array[]): Promise<void> {
  const bytes = data.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await handle.writev(data);
  if (bytesWritten < bytes) await handle.writeFile(Buffer.concat(data).subarray(bytesWritten));
}

/** Bodies of one small file, read in one piece. */
interface Pieces {
  /** Undefined for a body that is read as a stream. */
  read(body: StoredBody): Uint8Array | undefined;
  forget(body: StoredBody): void;
}

function recentPieces(pathOf: (file: string) => string): Pieces {
  const recent = new Map<string, Uint8Array>();
  let room = PIECES_BYTES;

  function forget(file: string): void {
    room += recent.get(file)?.length ?? 0;
    recent.delete(file);
  }

  return {
    read({ segments: [segment, ...others] }) {
      if (!segment || others.length > 0 || segment.size > PIECE_BYTES) return undefined;
      const piece = recent.get(segment.file) ?? readFileSync(pathOf(segment.file));
      forget(segment.file);
      recent.set(segment.file, piece);
      room -= piece.length;
      for (const oldest of recent.keys()) {
        if (room >= 0) break;
        forget(oldest);
      }
      return piece;
    },
    forget({ segments }) {
      for (const { file } of segments) forget(file);
    },
  };
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
