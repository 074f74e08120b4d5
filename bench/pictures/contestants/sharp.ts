import { join } from 'node:path';
import sharp from 'sharp';
import type { Pipeline } from '../contestant.ts';

const INSIDE = { fit: 'inside', withoutEnlargement: true } as const;

/**
 * What somebody writes who knows sharp well: the header, one decode that shrinks on loading, the large rendition from it and the
 * small one from the large one's pixels, no threads of libvips beside those of the caller, no cache.
 */
export const handTuned: Pipeline = ({ effort }) => {
  sharp.concurrency(1);
  sharp.cache(false);
  return async (file, out) => {
    const options = { sequentialRead: true, failOn: 'error' } as const;
    const metadata = await sharp(file, options).metadata();
    const { data, info } = await sharp(file, options)
      .autoOrient()
      .resize(1024, 1024, INSIDE)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixels = { raw: { width: info.width, height: info.height, channels: info.channels } };
    await sharp(data, pixels).webp({ quality: 80, effort }).toFile(join(out, 'preview.webp'));
    await sharp(data, pixels).resize(256, 256, INSIDE).webp({ quality: 80, effort }).toFile(join(out, 'thumb.webp'));
    return metadata.width;
  };
};

/** As sharp's documentation shows it: one pipeline, a clone for each output. */
export const clones: Pipeline =
  ({ effort }) =>
  async (file, out) => {
    const picture = sharp(file).autoOrient();
    const [metadata] = await Promise.all([
      picture.metadata(),
      ...(
        [
          ['preview', 1024],
          ['thumb', 256],
        ] as const
      ).map(([name, side]) =>
        picture
          .clone()
          .resize(side, side, INSIDE)
          .webp({ quality: 80, effort })
          .toFile(join(out, `${name}.webp`)),
      ),
    ]);
    return metadata.width;
  };
