import sharp, { type Sharp } from 'sharp';
import type { FailureReason } from '../../../core/failure-reason.ts';

/** A picture, or what poses as one, with what must come of it. */
export interface PictureCase {
  readonly name: string;
  make(): Buffer | Promise<Buffer>;
  readonly ends: PictureEnd;
}

/** Failed with a reason from the closed list; or complete, with what the description must say: pixels are upright. */
export type PictureEnd =
  | FailureReason
  | { readonly width: number; readonly height: number; readonly format?: string; readonly pages?: number };

export function complete(width: number, height: number, rest: { format?: string; pages?: number } = {}): PictureEnd {
  return { width, height, ...rest };
}

/** One colour. */
export function plain(width: number, height: number): Sharp {
  const create = { width, height, channels: 3 as const, background: '#3366aa' };
  return sharp({ create, limitInputPixels: false });
}

/** Nothing that compresses well: cuts and damage hit something that matters. The same every time. */
export function grainy(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  let state = 12_345;
  for (let at = 0; at < data.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    data[at] = state >>> 24;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
