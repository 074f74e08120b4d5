import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { PermanentError } from '../../../core/errors.ts';
import type { Source } from '../../processor.ts';
import { decodingMiB } from './decoding-memory.ts';
import { isSrgbProfile } from './srgb-profile.ts';

/** A picture whose header has been read and whose pixels may be decoded. */
export interface Picture {
  readonly metadata: Metadata;
  /** MIME type found in the content. */
  readonly type: string;
  /** A fresh pipeline over the file: upright, first page only. */
  open(): Sharp;
}

/** What a picture may take. */
export interface PictureLimits {
  readonly maxPixels: number;
  /** Of the whole process. */
  readonly memoryMiB: number;
}

/** Reads the header alone. Throws PermanentError `corrupt` or `too-many-pixels` before any pixel is decoded. */
export async function readPicture(source: Source, { maxPixels, memoryMiB }: PictureLimits): Promise<Picture> {
  const options: SharpOptions = {
    // A cut-off or damaged picture is refused; odd but readable ones (stray bytes between markers) are not.
    failOn: 'error',
    limitInputPixels: maxPixels,
    sequentialRead: true,
    // Of an animation or a document, the first page.
    page: 0,
    pages: 1,
  };
  // The header is read without a limit, so that the refusal can say how many pixels there are.
  const metadata = await decoding(() => sharp(source.path, { ...options, limitInputPixels: false }).metadata());
  const { width, height } = metadata;
  if (!(width * height <= maxPixels)) {
    const message = `The picture has ${width} × ${height} pixels; at most ${maxPixels} are decoded.`;
    throw new PermanentError('too-many-pixels', message);
  }
  const type = source.type ?? '';
  const neededMiB = decodingMiB(type, metadata);
  if (neededMiB > memoryMiB) {
    const message = `The picture has ${width} × ${height} pixels in a format that is decoded whole; that takes about ${Math.round(neededMiB)} MiB of memory, and ${memoryMiB} MiB are there.`;
    throw new PermanentError('too-many-pixels', message);
  }
  // Converting sRGB to sRGB changes nothing, and is a quarter of all the work on a large photo.
  const ignoreIcc = hasSrgbPixels(metadata) && metadata.icc !== undefined && isSrgbProfile(metadata.icc);
  return { metadata, type, open: () => sharp(source.path, { ...options, ignoreIcc }).autoOrient() };
}

/** 8 bits of red, green and blue, with or without alpha: what a profile of RGB is for. */
function hasSrgbPixels({ space, depth, channels }: Metadata): boolean {
  return space === 'srgb' && depth === 'uchar' && channels >= 3;
}

/** Faults of the machine, not of the picture: those are worth another try. */
const MACHINE = /out of memory|cannot allocate|unable to malloc|ENOMEM|ENOSPC|EMFILE|EIO\b/i;

/** Runs a decoding step; whatever a decoder refuses is a damaged picture. */
export async function decoding<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (cause) {
    const said = firstLine(cause);
    if (MACHINE.test(said)) throw cause;
    throw new PermanentError('corrupt', `The picture cannot be decoded: ${said}.`, { cause });
  }
}

/** What a decoder says first, without the paths of this machine. */
function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line
    .replaceAll(/\/\S+: /g, '')
    .slice(0, 200)
    .replace(/[\s:.]+$/, '');
}
