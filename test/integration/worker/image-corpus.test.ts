import { tmpdir } from 'node:os';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { processors } from '../../../worker/processors/index.ts';
import { runProcessor } from '../../support/run-processor.ts';

const RED = { r: 220, g: 30, b: 40 };
const BLUE = { r: 20, g: 60, b: 200 };

/** Left third red, the rest blue: which side is which can be told after a turn. */
function flag(width = 600, height = 400): Sharp {
  const red = { create: { width: Math.round(width / 3), height, channels: 3 as const, background: RED } };
  return sharp({ create: { width, height, channels: 3, background: BLUE } }).composite([
    { input: red, left: 0, top: 0 },
  ]);
}

function noise(width: number, height: number): Sharp {
  const gaussian = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: 'grey', noise: gaussian } });
}

async function process(content: Buffer, settings: Record<string, string> = {}) {
  const processed = await runProcessor(processors, content, { settings });
  if (processed === undefined) return undefined;
  const { outputs, metadata } = processed;
  const sizes: Record<string, string> = {};
  for (const [name, webp] of outputs) {
    const { width, height, format } = await sharp(webp).metadata();
    sizes[name] = `${format} ${width}x${height}`;
  }
  return { outputs, metadata, sizes };
}

async function pixelAt(webp: Buffer | undefined, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + 3)];
}

function isNear(pixel: number[], colour: { r: number; g: number; b: number }): boolean {
  return [colour.r, colour.g, colour.b].every((value, index) => Math.abs(value - (pixel[index] ?? 0)) < 25);
}

describe('good pictures', () => {
  it.each([
    ['jpeg', (picture: Sharp) => picture.jpeg()],
    ['png', (picture: Sharp) => picture.png()],
    ['webp', (picture: Sharp) => picture.webp()],
    ['gif', (picture: Sharp) => picture.gif()],
    ['tiff', (picture: Sharp) => picture.tiff()],
    ['avif', (picture: Sharp) => picture.avif({ effort: 0 })],
  ])('of format %s become two renditions and a description', async (format, encode) => {
    const result = await process(await encode(flag(1500, 1000)).toBuffer());
    expect(result?.sizes).toEqual({ 'preview.webp': 'webp 1024x683', 'thumb.webp': 'webp 256x171' });
    expect(result?.metadata).toMatchObject({ width: 1500, height: 1000, format, orientation: 1 });
    expect(result?.metadata.dominantColour).toMatch(/^#[0-2][0-9a-f][34][0-9a-f]c[0-9a-f]$/);
  });

  it.each([
    ['jpeg', (picture: Sharp) => picture.jpeg()],
    ['png', (picture: Sharp) => picture.png()],
    ['webp', (picture: Sharp) => picture.webp()],
    ['tiff', (picture: Sharp) => picture.tiff()],
  ])('of format %s come out the same with a profile of sRGB and without', async (_, encode) => {
    const picture = await noise(900, 600).png().toBuffer();
    const without = await process(await encode(sharp(picture)).toBuffer());
    const profiled = await encode(sharp(picture).withIccProfile('srgb')).toBuffer();
    expect((await sharp(profiled).metadata()).icc?.length).toBeGreaterThan(0);
    const result = await process(profiled);
    expect(result?.outputs.get('preview.webp')?.equals(without?.outputs.get('preview.webp') ?? Buffer.alloc(0))).toBe(
      true,
    );
    expect(result?.metadata).toEqual(without?.metadata);
  });

  it('in another colour space are converted to sRGB', async () => {
    const result = await process(await flag().withIccProfile('p3').png().toBuffer());
    const [red = 0, green = 0, blue = 0] = await pixelAt(result?.outputs.get('preview.webp'), 20, 200);
    // Taken for sRGB, they would be 15 and more away.
    expect(Math.max(Math.abs(red - RED.r), Math.abs(green - RED.g), Math.abs(blue - RED.b))).toBeLessThan(8);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('with EXIF orientation %i come out upright', async (orientation) => {
    const result = await process(await flag().withMetadata({ orientation }).jpeg().toBuffer());
    const turned = orientation > 4;
    expect(result?.metadata).toMatchObject({ orientation, width: turned ? 400 : 600, height: turned ? 600 : 400 });
    expect(result?.sizes['thumb.webp']).toBe(turned ? 'webp 171x256' : 'webp 256x171');
    // Where the red third lies, by the definition of each orientation.
    const [x, y] = {
      1: [10, 85],
      2: [245, 85],
      3: [245, 85],
      4: [10, 85],
      5: [85, 10],
      6: [85, 10],
      7: [85, 245],
      8: [85, 245],
    }[orientation] as [number, number];
    expect(isNear(await pixelAt(result?.outputs.get('thumb.webp'), x, y), RED)).toBe(true);
  });

  it('are never enlarged', async () => {
    const result = await process(await flag(60, 40).png().toBuffer());
    expect(result?.sizes).toEqual({ 'preview.webp': 'webp 60x40', 'thumb.webp': 'webp 60x40' });
  });

  it('of one pixel in height survive', async () => {
    const result = await process(await flag(3000, 1).png().toBuffer());
    expect(result?.sizes).toEqual({ 'preview.webp': 'webp 1024x1', 'thumb.webp': 'webp 256x1' });
  });

  it('take their sizes from the settings', async () => {
    const result = await process(await flag().png().toBuffer(), { THUMB_PIXELS: '32', PREVIEW_PIXELS: '90' });
    expect(result?.sizes).toEqual({ 'preview.webp': 'webp 90x60', 'thumb.webp': 'webp 32x21' });
  });

  it.each([
    ['CMYK', () => flag().toColourspace('cmyk').jpeg().toBuffer()],
    ['16 bits a channel', () => flag().toColourspace('rgb16').png().toBuffer()],
    ['a palette', () => flag().png({ palette: true }).toBuffer()],
    ['an alpha channel', () => flag().ensureAlpha(1).png().toBuffer()],
  ])('in %s become sRGB', async (_, encode) => {
    const result = await process(await encode());
    const thumb = result?.outputs.get('thumb.webp');
    const [r = 0, , b = 0] = await pixelAt(thumb, 10, 85);
    expect(r).toBeGreaterThan(b + 80);
    expect((await sharp(thumb).metadata()).space).toBe('srgb');
  });

  it('in shades of grey have a grey as their colour', async () => {
    const grey = sharp({ create: { width: 50, height: 50, channels: 3, background: '#5a5a5a' } });
    const result = await process(await grey.toColourspace('b-w').png().toBuffer());
    expect(result?.metadata.dominantColour).toBe('#5a5a5a');
  });

  it('that move are shown by their first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(30 * 30 * 3, 200), Buffer.alloc(30 * 30 * 3, 10)]);
    const raw = { width: 30, height: 60, channels: 3 as const, pageHeight: 30 };
    const gif = await sharp(frames, { raw })
      .gif({ delay: [100, 100] })
      .toBuffer();
    const result = await process(gif);
    expect(result?.metadata).toMatchObject({ width: 30, height: 30, pages: 2, format: 'gif' });
    expect((await pixelAt(result?.outputs.get('thumb.webp'), 15, 15))[0]).toBeGreaterThan(180);
  });

  it('tell when they were taken', async () => {
    const jpeg = await flag()
      .withExif({ IFD2: { DateTimeOriginal: '2024:05:06 07:08:09' } })
      .jpeg()
      .toBuffer();
    expect((await process(jpeg))?.metadata.capturedAt).toBe('2024-05-06T07:08:09');
  });

  it('have a placeholder of less than 300 characters, even of noise', async () => {
    for (const picture of [flag(), noise(600, 600)]) {
      const result = await process(await picture.png().toBuffer());
      const placeholder = String(result?.metadata.placeholder);
      expect(placeholder.length).toBeLessThan(300);
      const webp = Buffer.from(placeholder.replace('data:image/webp;base64,', ''), 'base64');
      const { width, height } = await sharp(webp).metadata();
      expect(Math.max(width, height)).toBeLessThanOrEqual(16);
    }
  });

  it('come out the same every time', async () => {
    const png = await noise(500, 400).png().toBuffer();
    const [first, second] = [await process(png), await process(png)];
    expect(first?.outputs.get('preview.webp')?.equals(second?.outputs.get('preview.webp') ?? Buffer.alloc(0))).toBe(
      true,
    );
  });
});

describe('bad pictures', () => {
  it.each([
    ['jpeg', (picture: Sharp) => picture.jpeg()],
    ['png', (picture: Sharp) => picture.png()],
    ['webp', (picture: Sharp) => picture.webp()],
    ['gif', (picture: Sharp) => picture.gif()],
    ['tiff', (picture: Sharp) => picture.tiff()],
  ])('that are cut off are corrupt (%s), wherever the cut is', async (_, encode) => {
    const whole = await encode(noise(300, 300)).toBuffer();
    for (const share of [0.1, 0.5, 0.9]) {
      const cut = whole.subarray(0, Math.round(whole.length * share));
      await expect(process(cut), `cut at ${share}`).rejects.toMatchObject({ name: 'PermanentError', code: 'corrupt' });
    }
  });

  it('that are bombs are refused by their header, before a pixel is decoded', async () => {
    const options = { create: { width: 12_000, height: 12_000, channels: 3 as const, background: '#123456' } };
    const bomb = await sharp({ ...options, limitInputPixels: false })
      .png({ compressionLevel: 9, palette: true })
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    const startedAt = performance.now();
    await expect(process(bomb)).rejects.toMatchObject({ name: 'PermanentError', code: 'too-many-pixels' });
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  it('do not name paths of this machine', async () => {
    const whole = await noise(300, 300).avif({ effort: 0 }).toBuffer();
    const error = await process(whole.subarray(0, whole.length / 2)).catch((failure: Error) => failure);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toContain(tmpdir());
  });

  it.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['SVG with a declaration', Buffer.from('<?xml version="1.0"?><svg width="9" height="9"/>')],
    ['PDF', Buffer.from('%PDF-1.7\n')],
    ['text', Buffer.from('hello')],
    ['nothing at all', Buffer.alloc(0)],
  ])('of a kind that is not accepted meet no processor: %s', async (_, content) => {
    expect(await process(content)).toBeUndefined();
  });

  it('that pass for one format and are another meet no other decoder', async () => {
    await import('../../../worker/processors/image.ts');
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await expect(sharp(svg).metadata()).rejects.toThrow(/unsupported image format/);
  });
});
