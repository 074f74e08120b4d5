import { dominantColour } from './dominant-colour.ts';
import { readCaptureDate } from './exif.ts';
import { makePlaceholder } from './placeholder.ts';
import type { Rendition } from './pyramid.ts';
import type { Picture } from './read-picture.ts';

/** What the outcome record says of a picture. */
export interface PictureDescription {
  /** Pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** `jpeg`, `png`, `webp`, `gif`, `tiff`, `avif`. */
  readonly format: string;
  /** EXIF's orientation, 1 to 8; already applied to everything else here. */
  readonly orientation: number;
  /** Frames or pages, when there is more than one; the renditions show the first. */
  readonly pages?: number;
  /** EXIF's DateTimeOriginal as ISO 8601 without a zone: cameras rarely know theirs. */
  readonly capturedAt?: string;
  /** `#rrggbb`. */
  readonly dominantColour: string;
  /** A data URI to show, enlarged and blurred, until the picture is there. */
  readonly placeholder: string;
}

/** Describes a picture from its header and its smallest rendition; the original's pixels are not read again. */
export async function describePicture(
  { metadata, type }: Picture,
  smallest: Rendition,
): Promise<PictureDescription & Record<string, unknown>> {
  const { width, height } = metadata.autoOrient;
  const capturedAt = metadata.exif === undefined ? undefined : readCaptureDate(metadata.exif);
  const colour = dominantColour(smallest.pixels);
  const { pages = 1 } = metadata;
  return {
    width,
    height,
    format: type.replace(/^image\/(a(?=png))?/, ''),
    orientation: metadata.orientation ?? 1,
    ...(pages > 1 ? { pages } : {}),
    ...(capturedAt === undefined ? {} : { capturedAt }),
    dominantColour: colour,
    placeholder: await makePlaceholder(smallest.pixels, colour),
  };
}
