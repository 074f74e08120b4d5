import type { Metadata } from 'sharp';

/** What Node and libvips take before they have seen a picture. */
const BASE_MIB = 96;

/** What a processor may take where nothing else is set: the settings' default. */
export const DEFAULT_MEMORY_MIB = 1024;

/**
 * Memory that decoding a picture takes, MiB. Most formats are decoded a few rows at a time, whatever their size; those
 * here are held whole. The factors are measured, with libvips 8.18, on pictures of 64 and 100 million pixels: a file of
 * 2 kB can take 2 GB.
 */
export function decodingMiB(type: string, picture: Pick<Metadata, 'width' | 'height'> & Partial<Metadata>): number {
  return BASE_MIB + (bytesPerPixel(type, picture) * picture.width * picture.height) / 2 ** 20;
}

function bytesPerPixel(
  type: string,
  { channels = 4, depth = 'uchar', isProgressive = false }: Partial<Metadata>,
): number {
  const sample = depth === 'uchar' ? 1 : 2;
  // Planes, their copies and RGB, all at once.
  if (type === 'image/avif') return 20 * sample;
  if (type === 'image/gif') return 6;
  if (!isProgressive) return 0;
  // A progressive JPEG's coefficients have 16 bits; an interlaced PNG comes in seven passes over the whole.
  return type === 'image/jpeg' ? 2.2 * channels : 1.25 * sample * channels;
}
