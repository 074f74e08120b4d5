import { openPixels, type Pixels } from './pyramid.ts';

/** It stands in every outcome record and in every page that shows the picture. */
const MAX_CHARACTERS = 300;

/** From the best to the smallest; the last one fits always. */
const STEPS = [
  { side: 16, quality: 30 },
  { side: 16, quality: 10 },
  { side: 12, quality: 10 },
  { side: 8, quality: 5 },
  { side: 4, quality: 1 },
] as const;

/** A picture of at most 16 × 16 pixels as a data URI of less than 300 characters, on its dominant colour. */
export async function makePlaceholder(pixels: Pixels, background: string): Promise<string> {
  let uri = '';
  for (const { side, quality } of STEPS) {
    const webp = await openPixels(pixels)
      .flatten({ background })
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality, effort: 6 })
      .toBuffer();
    uri = `data:image/webp;base64,${webp.toString('base64')}`;
    if (uri.length < MAX_CHARACTERS) break;
  }
  return uri;
}
