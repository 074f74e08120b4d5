import type { Pixels } from './pyramid.ts';

/** Bits kept of each channel: near colours fall into one of 4,096 bins. */
const BITS = 4;
/** Below this alpha a pixel does not show its colour. */
const VISIBLE = 128;

/** The mean of the colours that are most often seen, as `#rrggbb`; white when nothing is to be seen. */
export function dominantColour({ data, channels }: Pixels): string {
  const bins = new Map<number, { count: number; red: number; green: number; blue: number }>();
  const grey = channels < 3;
  const alphaAt = channels % 2 === 0 ? channels - 1 : undefined;
  for (let at = 0; at + channels <= data.length; at += channels) {
    if (alphaAt !== undefined && (data[at + alphaAt] ?? 0) < VISIBLE) continue;
    const red = data[at] ?? 0;
    const green = grey ? red : (data[at + 1] ?? 0);
    const blue = grey ? red : (data[at + 2] ?? 0);
    const shift = 8 - BITS;
    const key = ((red >> shift) << (2 * BITS)) | ((green >> shift) << BITS) | (blue >> shift);
    const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, bin);
    bin.count += 1;
    bin.red += red;
    bin.green += green;
    bin.blue += blue;
  }
  let best: { count: number; red: number; green: number; blue: number } | undefined;
  for (const bin of bins.values()) if (best === undefined || bin.count > best.count) best = bin;
  if (best === undefined) return '#ffffff';
  const { count, red, green, blue } = best;
  return `#${[red, green, blue].map((sum) => hex(sum / count)).join('')}`;
}

function hex(value: number): string {
  return Math.round(value).toString(16).padStart(2, '0');
}
