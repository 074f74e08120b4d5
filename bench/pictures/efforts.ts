import sharp, { type Sharp } from 'sharp';
import type { Table } from '../report/area.ts';
import { figure } from '../report/numbers.ts';
import { figuresOf, interleave } from '../samples.ts';
import { psnr, type Rgb, ssim } from './ssim.ts';

/** What one encoder makes of the renditions of all pictures. */
interface Encoded {
  readonly cpuMs: number;
  readonly bytes: number;
  readonly ssim: number;
  readonly psnr: number;
}

const EFFORTS = [0, 1, 2, 3, 4, 5, 6] as const;
const ENCODERS: Readonly<Record<string, (pixels: Sharp) => Sharp>> = {
  ...Object.fromEntries(
    EFFORTS.map((effort) => [`WebP 80, effort ${effort}`, (pixels: Sharp) => pixels.webp({ quality: 80, effort })]),
  ),
  'JPEG 80': (pixels) => pixels.jpeg({ quality: 80 }),
  'AVIF 50, effort 0': (pixels) => pixels.avif({ quality: 50, effort: 0 }),
};

/** Encodes the two renditions of each picture by every encoder, and compares what comes out with what went in. */
export async function effortTable(
  files: readonly string[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Table> {
  sharp.concurrency(1);
  const renditions = (
    await Promise.all(files.map((file) => Promise.all([render(file, 1_024), render(file, 256)])))
  ).flat();
  const names = Object.keys(ENCODERS);
  const samples = await interleave(names, rounds, async (name): Promise<Encoded> => {
    progress(name);
    return encodeAll(renditions, ENCODERS[name] ?? ((pixels) => pixels));
  });
  const [cost, bytes] = [figuresOf(samples, (each) => each.cpuMs), figuresOf(samples, (each) => each.bytes)];
  const like = figuresOf(samples, (each) => each.ssim);
  const noise = figuresOf(samples, (each) => each.psnr);
  const chosen = 'WebP 80, effort 2';
  return {
    head: ['encoder', 'CPU ms a picture', 'of effort 2', 'kB a picture', 'of effort 2', 'SSIM', 'PSNR, dB'],
    rows: names.map((name) => [
      name === chosen ? `**${name}** (default)` : name,
      figure(cost.median(name)),
      figure(cost.ratio(name, chosen)),
      figure(bytes.median(name) / 1_000),
      figure(bytes.ratio(name, chosen)),
      like.median(name).toFixed(4),
      figure(noise.median(name)),
    ]),
  };
}

async function render(file: string, side: number): Promise<Rgb> {
  const picture = sharp(file).resize(side, side, { fit: 'inside' }).removeAlpha().toColourspace('srgb');
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function encodeAll(renditions: readonly Rgb[], encode: (pixels: Sharp) => Sharp): Promise<Encoded> {
  const before = process.cpuUsage();
  const encoded: Buffer[] = [];
  for (const { data, width, height } of renditions) {
    encoded.push(await encode(sharp(data, { raw: { width, height, channels: 3 } })).toBuffer());
  }
  const { user, system } = process.cpuUsage(before);
  const pictures = renditions.length / 2;
  const decoded = await Promise.all(encoded.map((content) => sharp(content).removeAlpha().raw().toBuffer()));
  const mean = (compare: (a: Rgb, b: Rgb) => number) =>
    renditions.reduce((sum, rgb, index) => sum + compare(rgb, { ...rgb, data: decoded[index] ?? rgb.data }), 0) /
    renditions.length;
  return {
    cpuMs: (user + system) / 1_000 / pictures,
    bytes: encoded.reduce((sum, content) => sum + content.length, 0) / pictures,
    ssim: mean(ssim),
    psnr: mean(psnr),
  };
}
