import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const WIDTH = 4_000;
const HEIGHT = 3_000;
/** Of the same kind but not the same: nothing is to be gained by remembering one. */
const PICTURES = 4;
const CHANNELS = 3;
/** From clouds to grain: as wide as the whole at first, half of that in each step. */
const OCTAVES = 9;
/** So many make shapes; in those behind them the contrast fades, each by this factor. */
const COARSE = 4;
const FADE = 0.66;
/** In photographs most is light and shade. */
const COLOURFULNESS = 0.2;
const FAST = { compressionLevel: 0 };
/** Markers of a JPEG. */
const APP2 = 0xe2;
const START_OF_SCAN = 0xda;

/** Files of 12-megapixel JPEGs below `directory`, drawn unless they are there. */
export async function drawSources(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const files = Array.from({ length: PICTURES }, (_, index) => join(directory, `photo-${index}.jpg`));
  for (const [index, file] of files.entries()) {
    if (existsSync(file)) continue;
    await writeFile(`${file}.part`, await drawPhoto(index + 1));
    await rename(`${file}.part`, file);
  }
  return files;
}

/** The same pixels in files that say nothing of their colour space; drawn unless they are there. */
export async function withoutProfiles(files: readonly string[]): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => {
      const plain = file.replace(/\.jpg$/, '-plain.jpg');
      if (!existsSync(plain)) await writeFile(plain, withoutProfile(await readFile(file)));
      return plain;
    }),
  );
}

/** Leaves out the segments APP2, where a JPEG's profile lies; up to the pixels each segment says how long it is. */
function withoutProfile(jpeg: Buffer): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  let at = 2;
  while (jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    if (jpeg[at + 1] !== APP2) parts.push(jpeg.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...parts, jpeg.subarray(at)]);
}

/** The file of a picture of a few hundred bytes. */
export async function drawSmall(directory: string): Promise<string> {
  const file = join(directory, 'small.jpg');
  await sharp({ create: { width: 64, height: 48, channels: CHANNELS, background: '#2f7d5b' } })
    .jpeg()
    .toFile(file);
  return file;
}

/**
 * A picture with a spectrum like that of photographs: shapes, ever fainter detail, and a sensor's grain on top.
 */
async function drawPhoto(seed: number): Promise<Buffer> {
  const [width, height] = [WIDTH / 2, HEIGHT / 2];
  let picture = await sharp({ create: { width, height, channels: CHANNELS, background: '#7f7a70' } })
    .png(FAST)
    .toBuffer();
  for (let octave = 1; octave <= OCTAVES; octave += 1) {
    const size = { width: 2 ** octave * 4, height: 2 ** octave * 3, channels: CHANNELS } as const;
    const contrast = octave <= COARSE ? 1 : FADE ** (octave - COARSE);
    const layer = sharp(noise(seed * 100 + octave, 2 ** octave, contrast), { raw: size });
    const input = await layer.resize(width, height, { kernel: 'cubic', fit: 'fill' }).png(FAST).toBuffer();
    const blend = octave <= COARSE ? 'overlay' : 'soft-light';
    picture = await sharp(picture).composite([{ input, blend }]).png(FAST).toBuffer();
  }
  const grain = { type: 'gaussian', mean: 128, sigma: 15 } as const;
  const input = await sharp({
    create: { width: WIDTH, height: HEIGHT, channels: CHANNELS, background: '#808080', noise: grain },
  })
    .png(FAST)
    .toBuffer();
  return sharp(await sharp(picture).resize(WIDTH, HEIGHT, { kernel: 'cubic' }).png(FAST).toBuffer())
    .composite([{ input, blend: 'soft-light' }])
    .withExif({ IFD2: { DateTimeOriginal: '2026:06:01 12:00:00' } })
    .withMetadata({ orientation: 1 })
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** Random bytes around the middle from a seed (xorshift), `size` × 4 by `size` × 3 pixels. */
function noise(seed: number, size: number, contrast: number): Buffer {
  const bytes = Buffer.alloc(size * 4 * size * 3 * CHANNELS);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 255) - 128;
  };
  for (let at = 0; at < bytes.length; at += CHANNELS) {
    const light = next() * (1 - COLOURFULNESS);
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      bytes[at + channel] = 128 + (light + next() * COLOURFULNESS) * contrast;
    }
  }
  return bytes;
}
