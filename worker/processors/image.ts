import sharp from 'sharp';
import { PermanentError } from '../../core/errors.ts';
import type { Context, Output, Processor, Source } from '../processor.ts';
import { DEFAULT_MEMORY_MIB } from './image/decoding-memory.ts';
import { describePicture } from './image/describe.ts';
import { DEFAULT_EFFORT, renderPyramid } from './image/pyramid.ts';
import { readPicture } from './image/read-picture.ts';

/**
 * Content types that go to a decoder, all of them pixel formats. SVG, PDF and the like can name files and run scripts;
 * HEIC and JPEG XL are not in the prebuilt libvips.
 */
const ACCEPTED: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/apng',
  'image/webp',
  'image/gif',
  'image/tiff',
  'image/avif',
]);

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'];

// The second wall: a file that passes for one format and is another meets no other decoder.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
// One picture per process and many processes: threads of libvips would only get in each other's way, and a cache of
// operations has nothing to remember between strangers' pictures.
sharp.concurrency(1);
sharp.cache(false);

const DEFAULT_MAX_PIXELS = 100_000_000;

/** Pictures: renditions `thumb.webp` and `preview.webp`, and what the outcome record says of the picture. */
export const imageProcessor: Processor = {
  name: 'image',
  accepts: (source: Source) => source.type !== undefined && ACCEPTED.has(source.type),
  async process(source, context): Promise<Output[]> {
    const picture = await readPicture(source, {
      maxPixels: numberSetting(context, 'MAX_PIXELS', DEFAULT_MAX_PIXELS),
      memoryMiB: numberSetting(context, 'PROCESSOR_MEMORY_MIB', DEFAULT_MEMORY_MIB),
    });
    context.signal.throwIfAborted();
    const sizes = [
      { name: 'preview', pixels: numberSetting(context, 'PREVIEW_PIXELS', 1024) },
      { name: 'thumb', pixels: numberSetting(context, 'THUMB_PIXELS', 256) },
    ];
    const renditions = await renderPyramid(picture, sizes, effortSetting(context));
    const smallest = renditions.at(-1);
    if (smallest === undefined) throw new PermanentError('corrupt', 'The picture has no pixels.');
    context.describe(await describePicture(picture, smallest));
    return Promise.all(renditions.map(({ name, webp }) => context.write(`${name}.webp`, 'image/webp', webp)));
  },
};

/** WebP's own scale; 0 is a choice too. */
function effortSetting(context: Context): number {
  const text = context.setting('WEBP_EFFORT');
  return text !== undefined && /^[0-6]$/.test(text) ? Number(text) : DEFAULT_EFFORT;
}

function numberSetting(context: Context, name: string, otherwise: number): number {
  const value = Number(context.setting(name));
  return Number.isSafeInteger(value) && value > 0 ? value : otherwise;
}
