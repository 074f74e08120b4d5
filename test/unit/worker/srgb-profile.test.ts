import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isSrgbProfile } from '../../../worker/processors/image/srgb-profile.ts';

async function profileOf(name: 'srgb' | 'p3' | 'cmyk'): Promise<Buffer> {
  const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
  const { icc } = await sharp(await picture.withIccProfile(name).jpeg().toBuffer()).metadata();
  if (icc === undefined) throw new Error('no profile');
  return icc;
}

/** Where the tag's data begin. */
function dataOf(profile: Buffer, tag: string): number {
  return profile.readUInt32BE(profile.indexOf(tag, 128, 'latin1') + 4);
}

/** The same primaries, with the curves in a table: as cameras and editors write sRGB. */
async function withTable(entries: number, light: (value: number) => number): Promise<Buffer> {
  const profile = await profileOf('srgb');
  const table = Buffer.alloc(12 + entries * 2);
  table.write('curv', 'latin1');
  table.writeUInt32BE(entries, 8);
  for (let index = 0; index < entries; index += 1) {
    table.writeUInt16BE(Math.round(light(index / (entries - 1)) * 65_535), 12 + index * 2);
  }
  for (const tag of ['rTRC', 'gTRC', 'bTRC']) {
    const entry = profile.indexOf(tag, 128, 'latin1');
    profile.writeUInt32BE(profile.length, entry + 4);
    profile.writeUInt32BE(table.length, entry + 8);
  }
  return Buffer.concat([profile, table]);
}

const srgb = (value: number) => (value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

describe('a profile is sRGB', () => {
  it('with its primaries and its curve as a formula', async () => {
    expect(isSrgbProfile(await profileOf('srgb'))).toBe(true);
  });

  it('with its curve as a table', async () => {
    expect(isSrgbProfile(await withTable(1_024, srgb))).toBe(true);
  });

  it('wherever it lies in memory', async () => {
    const profile = await profileOf('srgb');
    expect(isSrgbProfile(Buffer.concat([Buffer.alloc(7, 0xff), profile]).subarray(7))).toBe(true);
  });
});

describe('a profile is not sRGB', () => {
  it.each(['p3', 'cmyk'] as const)('when it is that of %s', async (name) => {
    expect(isSrgbProfile(await profileOf(name))).toBe(false);
  });

  it.each([
    ['a power of 2.2', (value: number) => value ** 2.2],
    ['a power of 1.8', (value: number) => value ** 1.8],
    ['a straight line', (value: number) => value],
  ])('when its curve is %s', async (_, light) => {
    expect(isSrgbProfile(await withTable(1_024, light))).toBe(false);
  });

  it.each(['rXYZ', 'gXYZ', 'bXYZ'])('when one of its primaries is another one: %s', async (tag) => {
    const profile = await profileOf('srgb');
    const at = dataOf(profile, tag) + 8;
    profile.writeInt32BE(profile.readInt32BE(at) + 0.01 * 65_536, at);
    expect(isSrgbProfile(profile)).toBe(false);
  });

  it.each(['rTRC', 'gTRC', 'bTRC'])('when one of its curves is missing: %s', async (tag) => {
    const profile = await profileOf('srgb');
    profile.write('none', profile.indexOf(tag, 128, 'latin1'), 'latin1');
    expect(isSrgbProfile(profile)).toBe(false);
  });

  it('when a table of colours goes before its primaries', async () => {
    const profile = await profileOf('srgb');
    profile.write('A2B0', profile.indexOf('wtpt', 128, 'latin1'), 'latin1');
    expect(isSrgbProfile(profile)).toBe(false);
  });

  it.each([
    ['its colours are not red, green and blue', 16],
    ['its values are not XYZ', 20],
    ['it is no profile', 36],
  ])('when %s', async (_, at) => {
    const profile = await profileOf('srgb');
    profile.write('what', at, 'latin1');
    expect(isSrgbProfile(profile)).toBe(false);
  });
});

describe('a profile from a stranger', () => {
  it('is cut off anywhere without harm', async () => {
    const profile = await profileOf('srgb');
    for (let length = 0; length < 400; length += 1)
      expect(() => isSrgbProfile(profile.subarray(0, length))).not.toThrow();
    expect(isSrgbProfile(profile.subarray(0, 300))).toBe(false);
  });

  it('never throws, whatever it holds', async () => {
    const profile = await profileOf('srgb');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(profile.length - 1), fc.integer({ min: 0, max: 255 }))), (changes) => {
        const changed = Buffer.from(profile);
        for (const [at, value] of changes) changed[at] = value;
        expect(() => isSrgbProfile(changed)).not.toThrow();
      }),
    );
  });

  it('is read in a moment even where tables claim to be long', async () => {
    const profile = await withTable(1_024, srgb);
    profile.writeUInt32BE(0xffff_ffff, dataOf(profile, 'rTRC') + 8);
    expect(isSrgbProfile(profile)).toBe(false);
  });
});
