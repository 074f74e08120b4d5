import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readCaptureDate } from '../../../worker/processors/image/exif.ts';

async function exifWith(date: string): Promise<Buffer> {
  const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
  const jpeg = await picture
    .withExif({ IFD2: { DateTimeOriginal: date } })
    .jpeg()
    .toBuffer();
  const { exif } = await sharp(jpeg).metadata();
  if (exif === undefined) throw new Error('no EXIF');
  return exif;
}

/** The smallest EXIF with a date, by hand. */
function handMade(littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(64));
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    view.setUint16(at, tag, littleEndian);
    view.setUint16(at + 2, type, littleEndian);
    view.setUint32(at + 4, count, littleEndian);
    view.setUint32(at + 8, value, littleEndian);
  };
  view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, 1, littleEndian);
  entry(10, 0x8769, 4, 1, 26);
  view.setUint16(26, 1, littleEndian);
  entry(28, 0x9003, 2, 20, 44);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(Buffer.from('2024:02:29 23:59:58'), 44);
  return bytes;
}

describe('the capture date', () => {
  it('is read from what sharp gives, as ISO without a zone', async () => {
    expect(readCaptureDate(await exifWith('2024:05:06 07:08:09'))).toBe('2024-05-06T07:08:09');
  });

  it.each([true, false])(
    'is read in either byte order, with and without the JPEG’s prefix (little endian: %s)',
    (little) => {
      const exif = handMade(little);
      expect(readCaptureDate(exif)).toBe('2024-02-29T23:59:58');
      expect(readCaptureDate(Buffer.concat([Buffer.from('Exif\0\0'), exif]))).toBe('2024-02-29T23:59:58');
    },
  );

  it.each([
    '0000:00:00 00:00:00',
    '2024:02:30 00:00:00',
    '2023:02:29 00:00:00',
    '    :  :     :  :  ',
    '2024:05:06 25:00:00',
  ])('is left out when it is none: %s', (date) => {
    const exif = handMade(true);
    exif.set(Buffer.from(date), 44);
    expect(readCaptureDate(exif)).toBeUndefined();
  });

  it('is left out when any of the bytes is cut off', () => {
    const exif = handMade(true);
    for (let length = 0; length < 63; length += 1) expect(readCaptureDate(exif.subarray(0, length))).toBeUndefined();
  });
});

describe('a stranger’s EXIF', () => {
  const byte = fc.tuple(fc.nat({ max: 63 }), fc.nat({ max: 255 }));

  it('never makes it throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (exif) => void readCaptureDate(exif)),
      { numRuns: 500 },
    );
  });

  it('gives a date or nothing, whatever bytes of a good one are changed', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(byte, { minLength: 1, maxLength: 8 }), (little, changes) => {
        const exif = handMade(little);
        for (const [at, value] of changes) exif[at] = value;
        const date = readCaptureDate(exif);
        if (date !== undefined) expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
