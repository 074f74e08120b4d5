import sharp, { type Sharp } from 'sharp';
import { decoding, type Picture } from './read-picture.ts';

/** A rendition to make: a name, and the square that it has to fit inside. */
export interface Size {
  readonly name: string;
  readonly pixels: number;
}

/** Pixels in memory, 8 bits a channel, 1 to 4 channels. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** A rendition that was made. */
export interface Rendition {
  readonly name: string;
  readonly pixels: Pixels;
  readonly webp: Buffer;
}

/** 80 is where WebP's artefacts stop being seen at these sizes. */
const QUALITY = 80;

/**
 * 0 to 6. Encoding is nearly half of the work, so it is the knob: docs/benchmarks.md has the bytes, the quality and the time
 * of each.
 */
export const DEFAULT_EFFORT = 2;

/**
 * Decodes once and makes the larger rendition from the picture, the next from that one. Never enlarges. Colours are
 * converted to sRGB, 16 bits and CMYK to 8-bit RGB.
 */
export async function renderPyramid(
  picture: Picture,
  sizes: readonly Size[],
  effort: number = DEFAULT_EFFORT,
): Promise<Rendition[]> {
  const descending = [...sizes].sort((a, b) => b.pixels - a.pixels);
  const renditions: Rendition[] = [];
  let source: Sharp = picture.open();
  for (const { name, pixels: side } of descending) {
    const pixels = await decoding(() => shrink(source, side));
    renditions.push({ name, pixels, webp: await openPixels(pixels).webp({ quality: QUALITY, effort }).toBuffer() });
    source = openPixels(pixels);
  }
  return renditions;
}

/** A pipeline over pixels in memory. */
export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function shrink(source: Sharp, side: number): Promise<Pixels> {
  const { data, info } = await source
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
