import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipEntry {
  /** With forward slashes. */
  readonly path: string;
  readonly contents: Buffer;
}

/** Lowest version that unpacks deflated files; names are UTF-8 (APPNOTE 4.4.3, 4.4.4). */
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the first day of DOS: the same files make the same archive. */
const NO_DATE = 0x0021;
const REGULAR_FILE_0644 = 0o100644 * 0x10000;
const MADE_ON_UNIX = 0x0300 | VERSION;

/** A ZIP archive in memory, for folders of a few megabytes: less than 65,536 files and 4 GiB. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, contents } of entries) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(contents);
    const shared = sharedHeader(crc32(contents), packed.length, contents.length, name.length);
    const body = Buffer.concat([signature(0x04034b50), shared, name, packed]);
    directory.push(Buffer.concat([signature(0x02014b50), uint16(MADE_ON_UNIX), shared, placeOf(offset), name]));
    bodies.push(body);
    offset += body.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...bodies, index, endOf(entries.length, index.length, offset)]);
}

/** What a file's header has in common with its line in the directory. */
function sharedHeader(crc: number, packed: number, size: number, nameLength: number): Buffer {
  const numbers = [VERSION, UTF8_NAMES, DEFLATED, 0, NO_DATE].map(uint16);
  return Buffer.concat([...numbers, uint32(crc), uint32(packed), uint32(size), uint16(nameLength), uint16(0)]);
}

/** No comment, first disk, no internal attributes; rights; where the file begins. */
function placeOf(offset: number): Buffer {
  return Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(REGULAR_FILE_0644), uint32(offset)]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const counts = [0, 0, count, count].map(uint16);
  return Buffer.concat([signature(0x06054b50), ...counts, uint32(size), uint32(offset), uint16(0)]);
}

const signature = (value: number) => uint32(value);

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}
