/** A field of a TIFF directory: tag, type and values (TIFF 6.0). */
export type TiffField = readonly [tag: number, type: number, values: readonly number[]];

export const SHORT = 3;
export const LONG = 4;

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  strips: 273,
  orientation: 274,
  samples: 277,
  rows: 278,
  stripBytes: 279,
  planar: 284,
  extra: 338,
  format: 339,
} as const;

/** A TIFF as it is written by hand: little endian, one uncompressed strip. */
export interface TiffParts {
  readonly width: number;
  readonly height: number;
  /** Bits of each sample. */
  readonly bits: readonly number[];
  /** 0 white is zero, 1 black is zero, 2 RGB, 5 CMYK, 6 YCbCr, 8 CIE L*a*b*. */
  readonly photometric: number;
  readonly pixels: Uint8Array;
  /** 1 unsigned, 2 signed, 3 float, 6 complex float. */
  readonly format?: number;
  /** What samples beyond the colour are: 0 unspecified, 1 alpha. */
  readonly extra?: readonly number[];
  readonly orientation?: number;
  readonly compression?: number;
  /** Where the next directory is said to be; 0 for none. */
  readonly next?: number;
  /** Fields that take the place of those made from the above. */
  readonly fields?: readonly TiffField[];
}

const HEADER_BYTES = 8;

export function makeTiff(parts: TiffParts): Buffer {
  const { width, height, bits, photometric, pixels, format = 1, extra = [], next = 0 } = parts;
  const start = HEADER_BYTES;
  const made: TiffField[] = [
    [TAG.width, LONG, [width]],
    [TAG.height, LONG, [height]],
    [TAG.bits, SHORT, bits],
    [TAG.compression, SHORT, [parts.compression ?? 1]],
    [TAG.photometric, SHORT, [photometric]],
    [TAG.strips, LONG, [start]],
    [TAG.orientation, SHORT, [parts.orientation ?? 1]],
    [TAG.samples, SHORT, [bits.length]],
    [TAG.rows, LONG, [height]],
    [TAG.stripBytes, LONG, [pixels.length]],
    [TAG.planar, SHORT, [1]],
    ...(extra.length > 0 ? [[TAG.extra, SHORT, extra] as const] : []),
    [TAG.format, SHORT, bits.map(() => format)],
  ];
  const replaced = new Set(parts.fields?.map(([tag]) => tag));
  const fields = [...made.filter(([tag]) => !replaced.has(tag)), ...(parts.fields ?? [])];
  const padded = Buffer.concat([pixels, Buffer.alloc(pixels.length % 2)]);
  const directoryAt = start + padded.length;
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(directoryAt, 4);
  return Buffer.concat([header, padded, writeDirectory(fields, directoryAt, next)]);
}

function writeDirectory(fields: readonly TiffField[], at: number, next: number): Buffer {
  const sorted = fields.toSorted(([a], [b]) => a - b);
  const directory = Buffer.alloc(2 + 12 * sorted.length + 4);
  const beyond: Buffer[] = [];
  let beyondAt = at + directory.length;
  directory.writeUInt16LE(sorted.length, 0);
  for (const [index, [tag, type, values]] of sorted.entries()) {
    const entry = 2 + 12 * index;
    const bytes = valueBytes(type, values);
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(values.length, entry + 4);
    if (bytes.length <= 4) bytes.copy(directory, entry + 8);
    else {
      directory.writeUInt32LE(beyondAt, entry + 8);
      beyond.push(bytes);
      beyondAt += bytes.length;
    }
  }
  directory.writeUInt32LE(next, directory.length - 4);
  return Buffer.concat([directory, ...beyond]);
}

function valueBytes(type: number, values: readonly number[]): Buffer {
  const size = type === SHORT ? 2 : 4;
  const bytes = Buffer.alloc(size * values.length);
  for (const [index, value] of values.entries()) {
    if (size === 2) bytes.writeUInt16LE(value, 2 * index);
    else bytes.writeUInt32LE(value, 4 * index);
  }
  return bytes;
}
