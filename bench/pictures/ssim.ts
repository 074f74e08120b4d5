/** Pixels of three channels, 8 bits each. */
export interface Rgb {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const CHANNELS = 3;
/** Side of a window, and the way to the next one. */
const WINDOW = 8;
const STEP = 4;
/** The constants of Wang et al. 2004, for 8 bits. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Mean structural similarity of two pictures' luma, 0 to 1: 8 × 8 windows that overlap by half. */
export function ssim(a: Rgb, b: Rgb): number {
  const [left, right] = [luma(a), luma(b)];
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + WINDOW <= a.height; y += STEP) {
    for (let x = 0; x + WINDOW <= a.width; x += STEP) {
      sum += similarity(left, right, y * a.width + x, a.width);
      windows += 1;
    }
  }
  return sum / windows;
}

/** Peak signal-to-noise ratio over all channels, dB. */
export function psnr(a: Rgb, b: Rgb): number {
  let squares = 0;
  for (let at = 0; at < a.data.length; at += 1) squares += ((a.data[at] ?? 0) - (b.data[at] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (squares / a.data.length));
}

function luma({ data, width, height }: Rgb): Float64Array {
  return Float64Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * CHANNELS;
    return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  });
}

function similarity(a: Float64Array, b: Float64Array, start: number, width: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < WINDOW; row += 1) {
    for (let at = start + row * width; at < start + row * width + WINDOW; at += 1) {
      const [left, right] = [a[at] ?? 0, b[at] ?? 0];
      sumA += left;
      sumB += right;
      squaresA += left * left;
      squaresB += right * right;
      products += left * right;
    }
  }
  const count = WINDOW * WINDOW;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const [varianceA, varianceB] = [squaresA / count - meanA ** 2, squaresB / count - meanB ** 2];
  const covariance = products / count - meanA * meanB;
  const numerator = (2 * meanA * meanB + C1) * (2 * covariance + C2);
  return numerator / ((meanA ** 2 + meanB ** 2 + C1) * (varianceA + varianceB + C2));
}
