import { makeWebp, webpCanvas, withAvifSize, withFrameSize } from './containers.ts';
import { makeGif } from './gif.ts';
import { complete, type PictureCase, plain } from './picture-case.ts';
import { COLOUR, joinPng, makeApng, makeInterlacedPng, makePng, pngChunk, pngHeader } from './png.ts';
import { makeTiff } from './tiff.ts';

const GREY_TIFF = { width: 1, height: 1, bits: [8], photometric: 1, pixels: Buffer.alloc(1) };

/** Small files that stand for a lot of memory or time. */
export const bombs: readonly PictureCase[] = [
  {
    name: 'a flat PNG of 144 million pixels',
    make: () => makePng({ width: 12_000, height: 12_000, depth: 1, colour: COLOUR.grey }),
    ends: 'too-many-pixels',
  },
  {
    name: 'a PNG of one row, 60 million pixels wide in its header',
    make: () => joinPng([pngHeader(60_000_000, 2, 1, COLOUR.grey), pngChunk('IDAT', Buffer.alloc(10))]),
    ends: 'too-many-pixels',
  },
  {
    name: 'a PNG with the largest header there is',
    make: () => joinPng([pngHeader(0x7fffffff, 0x7fffffff, 8, COLOUR.rgba), pngChunk('IDAT', Buffer.alloc(10))]),
    ends: 'corrupt',
  },
  {
    name: 'a PNG without width',
    make: () => joinPng([pngHeader(0, 10, 8, COLOUR.rgb), pngChunk('IDAT', Buffer.alloc(10))]),
    ends: 'corrupt',
  },
  {
    name: 'a flat PNG just below the limit of pixels',
    make: () => makePng({ width: 9_999, height: 9_999, depth: 1, colour: COLOUR.grey }),
    ends: complete(9_999, 9_999),
  },
  {
    name: 'an interlaced PNG of 16 million pixels of 64 bits',
    make: () => makeInterlacedPng({ width: 4_000, height: 4_000, depth: 16, colour: COLOUR.rgba }),
    ends: complete(4_000, 4_000),
  },
  {
    name: 'an interlaced PNG that says it has 98 million pixels of 64 bits',
    make: () => joinPng([pngHeader(9_900, 9_900, 16, COLOUR.rgba, 1), pngChunk('IDAT', Buffer.alloc(10))]),
    ends: 'too-many-pixels',
  },
  {
    name: 'a PNG whose text unpacks to 64 MiB',
    make: async () => {
      const { deflateSync } = await import('node:zlib');
      const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(64 * 2 ** 20, 65))]);
      return makePng({ width: 8, height: 8, colour: COLOUR.rgb, before: [pngChunk('zTXt', text)] });
    },
    ends: complete(8, 8),
  },
  {
    name: 'a PNG of 20,000 pieces of text',
    make: () =>
      makePng({
        width: 8,
        height: 8,
        colour: COLOUR.rgb,
        before: Array.from({ length: 20_000 }, (_, index) => pngChunk('tEXt', Buffer.from(`k${index}\0v`, 'latin1'))),
      }),
    ends: complete(8, 8),
  },
  {
    name: 'a JPEG that says 65,000 × 65,000',
    make: async () => withFrameSize(await jpeg(), 65_000, 65_000),
    ends: 'too-many-pixels',
  },
  {
    name: 'a JPEG that says 65,535 × 65,535',
    make: async () => withFrameSize(await jpeg(), 65_535, 65_535),
    ends: 'corrupt',
  },
  { name: 'a JPEG that says 65,535 × 1', make: async () => withFrameSize(await jpeg(), 65_535, 1), ends: 'corrupt' },
  { name: 'a JPEG without height', make: async () => withFrameSize(await jpeg(), 64, 0), ends: 'corrupt' },
  {
    name: 'a JPEG that says 9,000 × 9,000 and has the data of 64 × 64',
    make: async () => withFrameSize(await jpeg(), 9_000, 9_000),
    ends: complete(9_000, 9_000),
  },
  {
    name: 'a progressive JPEG of 25 million pixels',
    make: () => plain(5_000, 5_000).jpeg({ progressive: true }).toBuffer(),
    ends: complete(5_000, 5_000),
  },
  {
    name: 'a progressive JPEG that says 9,900 × 9,900',
    make: async () => withFrameSize(await plain(64, 64).jpeg({ progressive: true }).toBuffer(), 9_900, 9_900),
    ends: 'too-many-pixels',
  },
  {
    // libnsgif believes the frames where the picture claims to be larger than any screen of old.
    name: 'a GIF of 65,535 × 65,535',
    make: () => makeGif({ width: 65_535, height: 65_535, frames: 1, frame: { width: 1, height: 1 } }),
    ends: complete(1, 1),
  },
  {
    name: 'a GIF of 9,000 × 9,000 with a frame of one pixel',
    make: () => makeGif({ width: 9_000, height: 9_000, frames: 1, frame: { width: 1, height: 1 } }),
    ends: complete(1, 1),
  },
  {
    name: 'a GIF whose frame lies outside',
    make: () =>
      makeGif({ width: 20, height: 10, frames: 1, frame: { left: 60_000, top: 60_000, width: 5, height: 5 } }),
    ends: 'too-many-pixels',
  },
  {
    name: 'a GIF whose frame is larger than the picture',
    make: () => makeGif({ width: 20, height: 10, frames: 1, frame: { width: 300, height: 200 } }),
    ends: complete(300, 200),
  },
  {
    name: 'a GIF of 5,000 frames',
    make: () => makeGif({ width: 10, height: 10, frames: 5_000 }),
    ends: complete(10, 10, { format: 'gif', pages: 5_000 }),
  },
  { name: 'an APNG of 500 frames', make: () => makeApng(32, 16, 500), ends: complete(32, 16, { format: 'png' }) },
  {
    name: 'an APNG that says it has four thousand million frames',
    make: () => apngOf(0xffffffff),
    ends: complete(8, 8),
  },
  { name: 'a WebP whose canvas is 16,384 × 16,384', make: () => makeWebp(webpCanvas(16_384, 16_384)), ends: 'corrupt' },
  { name: 'a WebP whose canvas is 16 million wide', make: () => makeWebp(webpCanvas(2 ** 24, 1)), ends: 'corrupt' },
  { name: 'a WebP of 200 frames', make: animatedWebp, ends: complete(24, 16, { format: 'webp', pages: 200 }) },
  {
    name: 'a TIFF of 4,294,967,295 × 4,294,967,295',
    make: () => makeTiff({ ...GREY_TIFF, width: 0xffffffff, height: 0xffffffff }),
    ends: 'corrupt',
  },
  {
    name: 'a TIFF of 60,000 × 60,000',
    make: () => makeTiff({ ...GREY_TIFF, width: 60_000, height: 60_000 }),
    ends: 'too-many-pixels',
  },
  {
    name: 'a TIFF whose next directory is itself',
    make: () => makeTiff({ ...GREY_TIFF, next: 10 }),
    ends: complete(1, 1),
  },
  {
    name: 'a TIFF of 65,535 samples a pixel',
    make: () => makeTiff({ ...GREY_TIFF, fields: [[277, 3, [65_535]]] }),
    ends: 'corrupt',
  },
  {
    name: 'a TIFF whose strip lies beyond the end',
    make: () => makeTiff({ ...GREY_TIFF, fields: [[273, 4, [0xfffffff0]]] }),
    ends: 'corrupt',
  },
  {
    name: 'an AVIF that says 60,000 × 60,000',
    make: async () => withAvifSize(await plain(64, 64).avif({ effort: 0 }).toBuffer(), 60_000, 60_000),
    ends: 'too-many-pixels',
  },
  {
    name: 'an AVIF that says 9,000 × 9,000',
    make: async () => withAvifSize(await plain(64, 64).avif({ effort: 0 }).toBuffer(), 9_000, 9_000),
    ends: 'too-many-pixels',
  },
  {
    name: 'an AVIF of nine million pixels',
    make: () => plain(3_000, 3_000).avif({ effort: 0 }).toBuffer(),
    ends: complete(3_000, 3_000),
  },
];

function jpeg(): Promise<Buffer> {
  return plain(64, 64).jpeg().toBuffer();
}

function apngOf(frames: number): Buffer {
  const animation = Buffer.alloc(8);
  animation.writeUInt32BE(frames);
  return makePng({ width: 8, height: 8, colour: COLOUR.rgb, before: [pngChunk('acTL', animation)] });
}

async function animatedWebp(): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const frames = Buffer.alloc(24 * 16 * 200 * 3);
  for (let at = 0; at < frames.length; at += 1) frames[at] = (Math.floor(at / (24 * 16 * 3)) * 101) % 256;
  return sharp(frames, { raw: { width: 24, height: 16 * 200, channels: 3, pageHeight: 16 } })
    .webp({ effort: 0 })
    .toBuffer();
}
