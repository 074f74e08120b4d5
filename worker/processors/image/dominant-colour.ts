import type { Pixels } from './pyramid.ts';

/** Bits kept of each channel: near colours fall into one of 4,096 bins. */
const BITS = 4;
const SHIFT = 8 - BITS;
/** Below this alpha a pixel does not show its colour. */
const VISIBLE = 128;
/** Of a bin: how many pixels, and the sums of their red, green and blue. */
const FIGURES = 4;

/** The mean of the colours that are most often seen, as `#rrggbb`; white when nothing is to be seen. */
export function dominantColour(pixels: Pixels): string {
  const bins = countColours(pixels);
  let best = 0;
  for (let at = 0; at < bins.length; at += FIGURES) if ((bins[at] ?? 0) > (bins[best] ?? 0)) best = at;
  const count = bins[best] ?? 0;
  if (count === 0) return '#ffffff';
  return `#${[1, 2, 3].map((channel) => hex((bins[best + channel] ?? 0) / count)).join('')}`;
}

/** One array rather than a map of objects: it is filled for each pixel. */
function countColours({ data, channels }: Pixels): Float64Array {
  const bins = new Float64Array(2 ** (3 * BITS) * FIGURES);
  const isGrey = channels < 3;
  const alphaAt = channels % 2 === 0 ? channels - 1 : undefined;
  for (let at = 0; at + channels <= data.length; at += channels) {
    if (alphaAt !== undefined && (data[at + alphaAt] ?? 0) < VISIBLE) continue;
    const red = data[at] ?? 0;
    const green = isGrey ? red : (data[at + 1] ?? 0);
    const blue = isGrey ? red : (data[at + 2] ?? 0);
    const bin = FIGURES * (((red >> SHIFT) << (2 * BITS)) | ((green >> SHIFT) << BITS) | (blue >> SHIFT));
    bins[bin] = (bins[bin] ?? 0) + 1;
    bins[bin + 1] = (bins[bin + 1] ?? 0) + red;
    bins[bin + 2] = (bins[bin + 2] ?? 0) + green;
    bins[bin + 3] = (bins[bin + 3] ?? 0) + blue;
  }
  return bins;
}

function hex(value: number): string {
  return Math.round(value).toString(16).padStart(2, '0');
}
