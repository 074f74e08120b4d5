import { crc32, deflateSync } from 'node:zlib';

/** How a pixel is stored (PNG specification, IHDR). */
export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG as it is written by hand. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample; 8 by default. */
  readonly depth?: number;
  readonly colour: number;
  /** Rows without their filter byte; by default all of zeros. */
  readonly row?: (y: number) => Uint8Array;
  /** Chunks before the pixels. */
  readonly before?: readonly Buffer[];
  /** Chunks after the pixels. */
  readonly after?: readonly Buffer[];
}

const SAMPLES = new Map<number, number>([
  [COLOUR.grey, 1],
  [COLOUR.rgb, 3],
  [COLOUR.palette, 1],
  [COLOUR.greyAlpha, 2],
  [COLOUR.rgba, 4],
]);

/** One chunk, with its checksum unless a wrong one is wanted. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array(), checksum?: number): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(checksum ?? crc32(body))]);
}

export function pngHeader(width: number, height: number, depth: number, colour: number, interlace = 0): Buffer {
  return pngChunk(
    'IHDR',
    Buffer.concat([uint32(width), uint32(height), Buffer.from([depth, colour, 0, 0, interlace])]),
  );
}

/** Adam7: where each pass begins, and its steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** An interlaced PNG of zeros. */
export function makeInterlacedPng({ width, height, depth = 8, colour }: PngParts): Buffer {
  const bits = depth * (SAMPLES.get(colour) ?? 1);
  let bytes = 0;
  for (const [x, y, across, down] of PASSES) {
    const rows = Math.max(0, Math.ceil((height - y) / down));
    const columns = Math.max(0, Math.ceil((width - x) / across));
    if (columns > 0) bytes += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  const pixels = pngChunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 1 }));
  return joinPng([pngHeader(width, height, depth, colour, 1), pixels]);
}

/** The compressed pixels of a picture. */
export function pngPixels({ width, height, depth = 8, colour, row }: PngParts): Buffer {
  const bytes = Math.ceil((width * depth * (SAMPLES.get(colour) ?? 1)) / 8);
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.from([0]), row?.(y) ?? Buffer.alloc(bytes)]),
  );
  return deflateSync(Buffer.concat(rows));
}

export function makePng(parts: PngParts): Buffer {
  const { width, height, depth = 8, colour, before = [], after = [] } = parts;
  const pixels = pngChunk('IDAT', pngPixels(parts));
  return joinPng([pngHeader(width, height, depth, colour), ...before, pixels, ...after]);
}

/** Signature and end around chunks. */
export function joinPng(chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks, pngChunk('IEND')]);
}

/** An animated PNG: every frame is a picture of its own grey. */
export function makeApng(width: number, height: number, frames: number): Buffer {
  const frame = (shade: number) =>
    pngPixels({ width, height, colour: COLOUR.grey, row: () => Buffer.alloc(width, shade) });
  let sequence = 0;
  const control = () => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence++, 0);
    data.writeUInt32BE(width, 4);
    data.writeUInt32BE(height, 8);
    data.writeUInt16BE(1, 20);
    data.writeUInt16BE(10, 22);
    return pngChunk('fcTL', data);
  };
  const first = [control(), pngChunk('IDAT', frame(200))];
  const rest = Array.from({ length: frames - 1 }, (_, index) => [
    control(),
    pngChunk('fdAT', Buffer.concat([uint32(sequence++), frame(index % 200)])),
  ]);
  const animation = pngChunk('acTL', Buffer.concat([uint32(frames), uint32(0)]));
  return joinPng([pngHeader(width, height, 8, COLOUR.grey), animation, ...first, ...rest.flat()]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
