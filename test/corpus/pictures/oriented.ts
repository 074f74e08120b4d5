import sharp from 'sharp';
import { exifSegment, exifWith, withSegments } from './containers.ts';
import type { PictureCase } from './picture-case.ts';
import { COLOUR, makePng, pngChunk } from './png.ts';
import { makeTiff } from './tiff.ts';

/** Pixels of the stored picture: four quarters of different colours. */
export const STORED = { width: 48, height: 32 } as const;

type Colour = readonly [red: number, green: number, blue: number];

/** Top left, top right, bottom left, bottom right, as stored. */
export const QUARTERS: readonly Colour[] = [
  [220, 30, 40],
  [30, 200, 60],
  [20, 60, 210],
  [230, 210, 30],
];

/** Which stored quarter is seen at top left, top right, bottom left, bottom right (EXIF 2.32, Orientation). */
export const SEEN: Readonly<Record<number, readonly [number, number, number, number]>> = {
  1: [0, 1, 2, 3],
  2: [1, 0, 3, 2],
  3: [3, 2, 1, 0],
  4: [2, 3, 0, 1],
  5: [0, 2, 1, 3],
  6: [2, 0, 3, 1],
  7: [3, 1, 2, 0],
  8: [1, 3, 0, 2],
};

const { width, height } = STORED;

function storedPixel(x: number, y: number): Colour {
  return QUARTERS[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? [0, 0, 0];
}

function storedRow(y: number): Buffer {
  return Buffer.from(Array.from({ length: width }, (_, x) => storedPixel(x, y)).flat());
}

function storedPixels(): Buffer {
  return Buffer.concat(Array.from({ length: height }, (_, y) => storedRow(y)));
}

const raw = { raw: { width, height, channels: 3 as const } };

const MAKERS: Readonly<Record<string, (orientation: number) => Promise<Buffer> | Buffer>> = {
  JPEG: async (orientation) => {
    const jpeg = await sharp(storedPixels(), raw).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
    return withSegments(jpeg, exifSegment(exifWith(orientation)));
  },
  PNG: (orientation) =>
    makePng({ ...STORED, colour: COLOUR.rgb, row: storedRow, before: [pngChunk('eXIf', exifWith(orientation))] }),
  TIFF: (orientation) => makeTiff({ ...STORED, bits: [8, 8, 8], photometric: 2, pixels: storedPixels(), orientation }),
};

/** An oriented picture, with the stored quarter that has to be seen in each corner. */
export interface OrientedCase extends PictureCase {
  readonly orientation: number;
  readonly seen: readonly [number, number, number, number];
}

/** All eight orientations in every format that carries one. */
export const oriented: readonly OrientedCase[] = Object.entries(MAKERS).flatMap(([format, make]) =>
  Object.entries(SEEN).map(([text, seen]): OrientedCase => {
    const orientation = Number(text);
    const [across, down] = orientation > 4 ? [height, width] : [width, height];
    return {
      name: `a ${format} of orientation ${orientation}`,
      make: async () => make(orientation),
      ends: { width: across, height: down },
      orientation,
      seen,
    };
  }),
);
