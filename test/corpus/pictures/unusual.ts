import { complete, grainy, type PictureCase, plain } from './picture-case.ts';
import { COLOUR, makePng, pngChunk } from './png.ts';
import { makeTiff, type TiffParts } from './tiff.ts';

/** Samples of a TIFF of 16 × 8 pixels. */
function tiff(bits: readonly number[], photometric: number, rest: Partial<TiffParts> = {}): () => Buffer {
  const bytes = Math.ceil((16 * bits.reduce((sum, each) => sum + each, 0)) / 8) * 8;
  return () => makeTiff({ width: 16, height: 8, bits, photometric, pixels: Buffer.alloc(bytes, 0x55), ...rest });
}

const palette = pngChunk('PLTE', Buffer.from([255, 0, 0, 0, 0, 255]));

/** Good pictures of kinds that are seldom seen. */
export const unusual: readonly PictureCase[] = [
  { name: 'one pixel', make: () => plain(1, 1).png().toBuffer(), ends: complete(1, 1) },
  { name: 'a PNG of 65,535 × 1', make: () => plain(65_535, 1).png().toBuffer(), ends: complete(65_535, 1) },
  { name: 'a PNG of 1 × 65,535', make: () => plain(1, 65_535).png().toBuffer(), ends: complete(1, 65_535) },
  {
    name: 'a PNG of 1,000,000 × 1',
    make: () => makePng({ width: 1_000_000, height: 1, colour: COLOUR.grey }),
    ends: complete(1_000_000, 1),
  },
  { name: 'a JPEG of 65,000 × 2', make: () => plain(65_000, 2).jpeg().toBuffer(), ends: complete(65_000, 2) },
  {
    name: 'a WebP of 16,383 × 3',
    make: () => plain(16_383, 3).webp({ effort: 0 }).toBuffer(),
    ends: complete(16_383, 3),
  },
  {
    name: 'an interlaced PNG',
    make: () => grainy(300, 200).png({ progressive: true }).toBuffer(),
    ends: complete(300, 200),
  },
  {
    name: 'a progressive JPEG',
    make: () => grainy(300, 200).jpeg({ progressive: true }).toBuffer(),
    ends: complete(300, 200),
  },
  { name: 'a CMYK JPEG', make: () => grainy(30, 20).toColourspace('cmyk').jpeg().toBuffer(), ends: complete(30, 20) },
  { name: 'a grey JPEG', make: () => grainy(30, 20).toColourspace('b-w').jpeg().toBuffer(), ends: complete(30, 20) },
  {
    name: 'a JPEG in Display P3',
    make: () => grainy(30, 20).withIccProfile('p3').jpeg().toBuffer(),
    ends: complete(30, 20),
  },
  {
    name: 'a CMYK TIFF with a profile',
    make: () => grainy(30, 20).toColourspace('cmyk').withIccProfile('cmyk').tiff().toBuffer(),
    ends: complete(30, 20),
  },
  {
    name: 'a PNG of 16 bits',
    make: () => grainy(30, 20).toColourspace('rgb16').png().toBuffer(),
    ends: complete(30, 20),
  },
  {
    name: 'a grey PNG of 16 bits with alpha',
    make: () => makePng({ width: 9, height: 7, depth: 16, colour: COLOUR.greyAlpha }),
    ends: complete(9, 7),
  },
  {
    name: 'a grey PNG with alpha',
    make: () => makePng({ width: 9, height: 7, colour: COLOUR.greyAlpha }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG of 16 bits with alpha',
    make: () => makePng({ width: 9, height: 7, depth: 16, colour: COLOUR.rgba }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG of one bit',
    make: () => makePng({ width: 9, height: 7, depth: 1, colour: COLOUR.grey }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG of two bits',
    make: () => makePng({ width: 9, height: 7, depth: 2, colour: COLOUR.grey }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG of a palette of one bit',
    make: () => makePng({ width: 9, height: 7, depth: 1, colour: COLOUR.palette, before: [palette] }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG of a palette with transparency',
    make: () =>
      makePng({
        width: 9,
        height: 7,
        colour: COLOUR.palette,
        before: [palette, pngChunk('tRNS', Buffer.from([0, 128]))],
      }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG with a colour that is transparent',
    make: () => makePng({ width: 9, height: 7, colour: COLOUR.rgb, before: [pngChunk('tRNS', Buffer.alloc(6))] }),
    ends: complete(9, 7),
  },
  {
    name: 'a PNG with nothing to see',
    make: () => makePng({ width: 9, height: 7, colour: COLOUR.rgba }),
    ends: complete(9, 7),
  },
  { name: 'a TIFF of one bit', make: tiff([1], 0), ends: complete(16, 8) },
  { name: 'a TIFF of four bits', make: tiff([4], 1), ends: complete(16, 8) },
  { name: 'a TIFF of 16 bits', make: tiff([16, 16, 16], 2), ends: complete(16, 8) },
  { name: 'a TIFF of 32 bits', make: tiff([32], 1), ends: complete(16, 8) },
  { name: 'a TIFF of signed samples', make: tiff([16], 1, { format: 2 }), ends: complete(16, 8) },
  { name: 'a TIFF of floats', make: tiff([32, 32, 32], 2, { format: 3 }), ends: complete(16, 8) },
  {
    name: 'a TIFF of floats that are no numbers',
    make: tiff([32], 1, { format: 3, pixels: Buffer.alloc(16 * 8 * 4, 0xff) }),
    ends: complete(16, 8),
  },
  { name: 'a TIFF of doubles', make: tiff([64], 1, { format: 3 }), ends: 'corrupt' },
  { name: 'a TIFF of complex numbers', make: tiff([64], 1, { format: 6 }), ends: 'corrupt' },
  { name: 'a TIFF in CMYK', make: tiff([8, 8, 8, 8], 5), ends: complete(16, 8) },
  { name: 'a TIFF in CMYK with alpha', make: tiff([8, 8, 8, 8, 8], 5, { extra: [1] }), ends: complete(16, 8) },
  { name: 'a TIFF in CMYK of 16 bits', make: tiff([16, 16, 16, 16], 5), ends: complete(16, 8) },
  { name: 'a TIFF in L*a*b*', make: tiff([8, 8, 8], 8), ends: 'corrupt' },
  { name: 'a TIFF with alpha', make: tiff([8, 8, 8, 8], 2, { extra: [1] }), ends: complete(16, 8) },
  { name: 'a TIFF of two greys', make: tiff([8, 8], 1, { extra: [0] }), ends: complete(16, 8) },
  {
    name: 'a TIFF of six samples a pixel',
    make: tiff([8, 8, 8, 8, 8, 8], 1, { extra: [0, 0, 0, 0, 0] }),
    ends: 'corrupt',
  },
  { name: 'a TIFF of RGB and three more', make: tiff([8, 8, 8, 8, 8, 8], 2, { extra: [0, 0, 0] }), ends: 'corrupt' },
  { name: 'a TIFF of unknown compression', make: tiff([8], 1, { compression: 9_999 }), ends: 'corrupt' },
  {
    name: 'a GIF of 87a',
    make: async () => {
      const gif = await plain(9, 7).gif().toBuffer();
      gif.write('GIF87a', 'latin1');
      return gif;
    },
    ends: complete(9, 7),
  },
  { name: 'an AVIF', make: () => grainy(30, 20).avif({ effort: 0, bitdepth: 8 }).toBuffer(), ends: complete(30, 20) },
];
