import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** One sample: a scene of its own, its size in pixels as one looks at it, and how it is saved. */
interface Sample {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** EXIF orientation of a camera that was turned: the pixels are stored turned back. */
  readonly orientation?: 3 | 6;
  encode(picture: Sharp): Sharp;
}

const jpeg = (quality: number) => (picture: Sharp) => picture.jpeg({ quality });

/** The formats and shapes that an upload folder really holds; the last one is above the large-object limit of 32 MiB. */
const SAMPLES: readonly Sample[] = [
  { name: 'harbour.jpg', width: 4000, height: 3000, encode: jpeg(88) },
  { name: 'portrait taken sideways.jpg', width: 2000, height: 3000, orientation: 6, encode: jpeg(85) },
  { name: 'upside down.jpg', width: 1600, height: 1200, orientation: 3, encode: jpeg(85) },
  { name: 'panorama.jpg', width: 6000, height: 1500, encode: jpeg(80) },
  { name: '50% off + more.png', width: 1200, height: 900, encode: (picture) => picture.png() },
  { name: 'sunrise 🌅 dawn.webp', width: 2400, height: 1600, encode: (picture) => picture.webp({ quality: 80 }) },
  { name: 'scan.tiff', width: 2480, height: 3508, encode: (picture) => picture.tiff({ compression: 'lzw' }) },
  { name: 'icon.gif', width: 320, height: 320, encode: (picture) => picture.gif() },
  { name: 'tiny.png', width: 48, height: 32, encode: (picture) => picture.png() },
  {
    name: 'negative, uncompressed.tiff',
    width: 4200,
    height: 3000,
    encode: (picture) => picture.tiff({ compression: 'none' }),
  },
];

/** Degrees by which pixels are stored turned, so that the EXIF orientation turns them upright. */
const STORED_TURN = { 3: 180, 6: 270 } as const;

/** Draws the samples into a folder. The same pictures every time; about 50 MB. */
export async function makeSamplePictures(directory: string): Promise<void> {
  const unfinished = `${directory}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  for (const [index, sample] of SAMPLES.entries()) {
    await writeFile(join(unfinished, sample.name), await draw(sample, index));
  }
  await rename(unfinished, directory);
}

async function draw(sample: Sample, index: number): Promise<Buffer> {
  const { width, height } = sample;
  const flat = await sharp(Buffer.from(scene(width, height, index)))
    .flatten()
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const grain = await sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const upright = await sharp(flat)
    .composite([{ input: grain, blend: 'soft-light' }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  const picture = sharp(upright).rotate(sample.orientation === undefined ? 0 : STORED_TURN[sample.orientation]);
  const exif = { IFD0: { Make: 'Slipway', Model: 'Sample' }, IFD2: { DateTimeOriginal: '2026:06:01 12:00:00' } };
  return sample
    .encode(
      picture.withExif(exif).withMetadata(sample.orientation === undefined ? {} : { orientation: sample.orientation }),
    )
    .toBuffer();
}

/** A harbour under a sky, its colours turned by the sample's number. */
function scene(width: number, height: number, index: number): string {
  const hue = (index * 47 + 195) % 360;
  const horizon = height * 0.62;
  const hulls = Array.from({ length: 5 }, (_, ship) => {
    const x = width * (0.08 + 0.19 * ship);
    const y = horizon + height * (0.03 + 0.05 * (ship % 3));
    const size = Math.min(width, height) * (0.06 + 0.015 * ((ship * 7 + index) % 4));
    return `<path d="M${x} ${y}h${size * 2}l${-size * 0.4} ${size * 0.5}h${-size * 1.2}z" fill="hsl(${(hue + 150 + ship * 30) % 360} 55% 38%)"/>
      <path d="M${x + size} ${y - size * 1.8}v${size * 1.7}h${size * 0.8}z" fill="#f6f1e4"/>`;
  }).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>
      <linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue} 60% 42%)"/><stop offset="1" stop-color="hsl(${(hue + 190) % 360} 75% 80%)"/></linearGradient>
      <linearGradient id="sea" x2="0" y2="1"><stop stop-color="hsl(${hue} 40% 55%)"/><stop offset="1" stop-color="hsl(${hue} 65% 18%)"/></linearGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${width * 0.72}" cy="${height * 0.28}" r="${Math.min(width, height) * 0.09}" fill="#fff3d6"/>
    <path d="M0 ${horizon}L${width * 0.22} ${height * 0.38}L${width * 0.4} ${horizon}L${width * 0.56} ${height * 0.45}L${width * 0.8} ${horizon}z" fill="hsl(${(hue + 20) % 360} 25% 30%)"/>
    <rect y="${horizon}" width="100%" height="${height - horizon}" fill="url(#sea)"/>
    ${hulls}
  </svg>`;
}
