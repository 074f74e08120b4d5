import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** A picture of the mix: its file's name, and what looking at it upright gives. */
export interface MixedPicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

const FORMATS: readonly (readonly [extension: string, encode: (picture: Sharp) => Sharp])[] = [
  ['jpg', (picture) => picture.jpeg({ quality: 82 })],
  ['png', (picture) => picture.png({ compressionLevel: 3 })],
  ['webp', (picture) => picture.webp({ quality: 75, effort: 0 })],
  ['tiff', (picture) => picture.tiff({ compression: 'lzw' })],
  ['gif', (picture) => picture.gif({ effort: 1 })],
];

/** Width and height as stored, 0.2 to 24 megapixels, in the proportions that cameras and screens have. */
const SIZES: readonly (readonly [number, number])[] = [
  [512, 400],
  [1280, 960],
  [1600, 2400],
  [4000, 3000],
];

const NAMES = [
  'with space',
  'a+b',
  '100%',
  '%41 percent',
  'emoji 🌅',
  'ünïcödé',
  `long ${'x'.repeat(210)}`,
  "it's & <b>",
];

/**
 * Writes at least `count` pictures below `directory`: every format in every size with every EXIF orientation in turn,
 * one JPEG of 24 megapixels, and one uncompressed TIFF above the large-object limit of 32 MiB.
 */
export async function writeMixedPictures(directory: string, count: number): Promise<MixedPicture[]> {
  const kinds = await makeKinds();
  const pictures: MixedPicture[] = [];
  for (let index = 0; pictures.length < Math.max(count, kinds.length); index++) {
    const kind = kinds[index % kinds.length];
    if (!kind) break;
    // The two giants once, all others as often as it takes.
    if (index >= kinds.length && kind.giant) continue;
    const name = join(`album ${index % 3}`, `${index} ${NAMES[index % NAMES.length]}.${kind.extension}`);
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), kind.content);
    pictures.push({ name, width: kind.width, height: kind.height, bytes: kind.content.length });
  }
  return pictures;
}

interface Kind {
  readonly extension: string;
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
  readonly giant: boolean;
}

async function makeKinds(): Promise<Kind[]> {
  const kinds: Kind[] = [
    await makeKind('tiff', (picture) => picture.tiff({ compression: 'none' }), 4200, 3000, 1),
    await makeKind('jpg', (picture) => picture.jpeg({ quality: 80 }), 6000, 4000, 6),
  ];
  let orientation = 1;
  for (const [width, height] of SIZES) {
    for (const [extension, encode] of FORMATS) {
      kinds.push(await makeKind(extension, encode, width, height, orientation));
      orientation = (orientation % 8) + 1;
    }
  }
  return kinds;
}

async function makeKind(
  extension: string,
  encode: (picture: Sharp) => Sharp,
  width: number,
  height: number,
  orientation: number,
): Promise<Kind> {
  const picture = sharp(scene(width, height)).withMetadata({ orientation });
  const content = await encode(picture).toBuffer();
  // GIF holds no EXIF; from 5 on, the camera lay on its side.
  const turned = orientation >= 5 && extension !== 'gif';
  return {
    extension,
    content,
    width: turned ? height : width,
    height: turned ? width : height,
    giant: content.length > 32 * 2 ** 20 || width * height > 20e6,
  };
}

function scene(width: number, height: number): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="g" x2="1" y2="1"><stop stop-color="#245"/><stop offset="1" stop-color="#fc8"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#g)"/><circle cx="30%" cy="40%" r="20%" fill="#c43"/></svg>`);
}
