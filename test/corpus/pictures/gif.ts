/** A GIF as it is written by hand: two colours, every frame of one of them. */
export interface GifParts {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** What the frames say of their own size; the picture's by default. */
  readonly frame?: { readonly left?: number; readonly top?: number; readonly width: number; readonly height: number };
  /** Blocks before the frames. */
  readonly before?: readonly Buffer[];
}

export function makeGif({ width, height, frames, frame = { width, height }, before = [] }: GifParts): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\x80\0\0', 'latin1');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  const colours = Buffer.from([200, 10, 10, 10, 10, 200]);
  const pixels = imageData(frame.width * frame.height);
  const each = Array.from({ length: frames }, () =>
    Buffer.concat([Buffer.from([0x21, 0xf9, 4, 0, 1, 0, 0, 0]), descriptor(frame), pixels]),
  );
  return Buffer.concat([header, colours, ...before, ...each, Buffer.from([0x3b])]);
}

/** A comment block. */
export function gifComment(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x21, 0xfe]), subBlocks(Buffer.from(text))]);
}

function descriptor({ left = 0, top = 0, width, height }: NonNullable<GifParts['frame']>): Buffer {
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x2c;
  for (const [index, value] of [left, top, width, height].entries()) bytes.writeUInt16LE(value, 1 + 2 * index);
  return bytes;
}

/** LZW that never uses its table: a clear code before it would have to grow. Codes of three bits, colour 0 only. */
function imageData(count: number): Buffer {
  const clear = 4;
  const end = 5;
  const codes: number[] = [];
  for (let at = 0; at < count; at += 1) {
    if (at % 2 === 0) codes.push(clear);
    codes.push(0);
  }
  codes.push(end);
  const bytes = Buffer.alloc(Math.ceil((codes.length * 3) / 8));
  for (const [index, code] of codes.entries()) {
    for (let bit = 0; bit < 3; bit += 1) {
      const at = index * 3 + bit;
      if ((code >> bit) & 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return Buffer.concat([Buffer.from([2]), subBlocks(bytes)]);
}

function subBlocks(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}
