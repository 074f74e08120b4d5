import { exifSegment, exifWith, iccSegment, jpegSegment, withSegments } from './containers.ts';
import { complete, grainy, type PictureCase } from './picture-case.ts';
import { COLOUR, joinPng, makePng, pngChunk, pngHeader, pngPixels } from './png.ts';

const SIDE = 200;

/** Every format cut off at several places: behind the signature, in the header, early, in the middle, near the end. */
const FORMATS = {
  JPEG: () => grainy(SIDE, SIDE).jpeg().toBuffer(),
  'progressive JPEG': () => grainy(SIDE, SIDE).jpeg({ progressive: true }).toBuffer(),
  PNG: () => grainy(SIDE, SIDE).png().toBuffer(),
  'interlaced PNG': () => grainy(SIDE, SIDE).png({ progressive: true }).toBuffer(),
  WebP: () => grainy(SIDE, SIDE).webp().toBuffer(),
  'lossless WebP': () => grainy(SIDE, SIDE).webp({ lossless: true, effort: 0 }).toBuffer(),
  GIF: () => grainy(SIDE, SIDE).gif({ effort: 1 }).toBuffer(),
  TIFF: () => grainy(SIDE, SIDE).tiff({ compression: 'lzw' }).toBuffer(),
  AVIF: () => grainy(SIDE, SIDE).avif({ effort: 0 }).toBuffer(),
} as const;

const CUTS = [
  ['behind its signature', () => 16],
  ['at a tenth', (length: number) => Math.floor(length / 10)],
  ['in the middle', (length: number) => Math.floor(length / 2)],
  ['before its last hundredth', (length: number) => Math.floor(length * 0.99)],
] as const;

const cutOff: readonly PictureCase[] = Object.entries(FORMATS).flatMap(([format, make]) =>
  CUTS.map(
    ([where, cut]): PictureCase => ({
      name: `${/^[AI]/i.test(format) ? 'an' : 'a'} ${format} that is cut off ${where}`,
      make: async () => {
        const whole = await make();
        return whole.subarray(0, cut(whole.length));
      },
      ends: 'corrupt',
    }),
  ),
);

const HUGE_EXIF = { extra: 65_000 };

/** Pictures with something broken in them, and pictures whose broken part does not matter. */
export const damaged: readonly PictureCase[] = [
  ...cutOff,
  { name: 'no bytes at all', make: () => Buffer.alloc(0), ends: 'zero-bytes' },
  { name: 'one byte', make: () => Buffer.from([0xff]), ends: 'unsupported-type' },
  { name: 'a JPEG of three bytes', make: () => Buffer.from([0xff, 0xd8, 0xff]), ends: 'corrupt' },
  { name: 'a JPEG of a start and an end', make: () => Buffer.from([0xff, 0xd8, 0xff, 0xd9]), ends: 'corrupt' },
  { name: 'a PNG of its signature alone', make: () => joinPng([]).subarray(0, 8), ends: 'corrupt' },
  { name: 'a PNG without pixels', make: () => joinPng([pngHeader(8, 8, 8, COLOUR.rgb)]), ends: 'corrupt' },
  {
    name: 'a PNG with a wrong checksum',
    make: () => {
      const pixels = pngPixels({ width: 8, height: 8, colour: COLOUR.rgb });
      return joinPng([pngHeader(8, 8, 8, COLOUR.rgb), pngChunk('IDAT', pixels, 1)]);
    },
    ends: 'corrupt',
  },
  {
    name: 'a PNG of a palette without one',
    make: () => makePng({ width: 8, height: 8, colour: COLOUR.palette }),
    ends: 'corrupt',
  },
  {
    name: 'a PNG of a depth that is none',
    make: () => makePng({ width: 8, height: 8, depth: 5, colour: COLOUR.grey }),
    ends: 'corrupt',
  },
  {
    name: 'a JPEG with its middle overwritten',
    make: async () => {
      const jpeg = await grainy(SIDE, SIDE).jpeg().toBuffer();
      jpeg.fill(0xff, jpeg.length / 2, jpeg.length / 2 + 600);
      return jpeg;
    },
    // Bytes between markers are passed over: that is how every viewer shows it.
    ends: complete(SIDE, SIDE),
  },
  {
    name: 'an EXIF whose next directory is itself',
    make: async () => withSegments(await jpeg(), exifSegment(exifWith(6, { next: 8 }))),
    ends: complete(40, 60),
  },
  {
    name: 'an EXIF of 65,000 bytes',
    make: async () => withSegments(await jpeg(), exifSegment(exifWith(8, HUGE_EXIF))),
    ends: complete(40, 60),
  },
  {
    name: 'two hundred segments of EXIF',
    make: async () => {
      const segment = exifSegment(exifWith(1, HUGE_EXIF));
      return withSegments(await jpeg(), ...Array.from({ length: 200 }, () => segment));
    },
    ends: complete(60, 40),
  },
  {
    name: 'an EXIF of garbage',
    make: async () => withSegments(await jpeg(), exifSegment(Buffer.alloc(900, 0xee))),
    ends: complete(60, 40),
  },
  {
    name: 'an EXIF with an orientation that is none',
    make: async () => withSegments(await jpeg(), exifSegment(exifWith(9))),
    ends: complete(60, 40),
  },
  {
    name: 'an ICC profile of garbage',
    make: async () => withSegments(await jpeg(), iccSegment(Buffer.alloc(500, 0x41))),
    ends: complete(60, 40),
  },
  {
    name: 'an ICC profile that says it has 4 GiB',
    make: async () => {
      const { icc } = await grainy(8, 8).withIccProfile('p3').jpeg().toBuffer().then(metadataOf);
      const profile = Buffer.from(icc ?? Buffer.alloc(128));
      profile.writeUInt32BE(0xffffffff, 0);
      return withSegments(await jpeg(), iccSegment(profile));
    },
    ends: complete(60, 40),
  },
  {
    name: 'a profile of greys on a colour picture',
    make: async () => {
      const { icc } = await grainy(8, 8).toColourspace('b-w').withIccProfile('p3').jpeg().toBuffer().then(metadataOf);
      const profile = Buffer.from(icc ?? Buffer.alloc(128));
      profile.write('GRAY', 16, 'latin1');
      return withSegments(await jpeg(), iccSegment(profile));
    },
    ends: complete(60, 40),
  },
  {
    name: 'a comment that is longer than the file',
    make: async () => {
      const comment = jpegSegment(0xfe, Buffer.alloc(10));
      comment.writeUInt16BE(0xffff, 2);
      return Buffer.concat([(await jpeg()).subarray(0, 2), comment]);
    },
    ends: 'corrupt',
  },
];

function jpeg(): Promise<Buffer> {
  return grainy(60, 40).jpeg().toBuffer();
}

async function metadataOf(picture: Buffer) {
  const { default: sharp } = await import('sharp');
  return sharp(picture).metadata();
}
