import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sniff } from '../../../worker/sniff.ts';

const text = (content: string) => Buffer.from(content);
const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))));

describe('pictures', () => {
  const picture = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#a06020' } });

  it.each([
    ['image/jpeg', () => picture().jpeg().toBuffer()],
    ['image/png', () => picture().png().toBuffer()],
    ['image/webp', () => picture().webp().toBuffer()],
    ['image/gif', () => picture().gif().toBuffer()],
    ['image/tiff', () => picture().tiff().toBuffer()],
    ['image/avif', () => picture().avif({ effort: 0 }).toBuffer()],
  ])('that sharp made are told: %s', async (type, make) => {
    expect(sniff(await make())).toBe(type);
  });

  it.each([
    ['image/tiff', bytes('MM', 0, 42, 0, 0, 0, 8)],
    ['image/tiff', bytes('II', 43, 0)],
    ['image/gif', bytes('GIF87a')],
    ['image/jxl', bytes(0xff, 0x0a)],
    ['image/jxl', bytes(0, 0, 0, 12, 'JXL ', 13, 10, 0x87, 10)],
    ['image/heic', bytes(0, 0, 0, 24, 'ftypheic', 0, 0, 0, 0, 'mif1heic')],
    ['image/avif', bytes(0, 0, 0, 28, 'ftypmif1', 0, 0, 0, 0, 'miafavif')],
    ['image/apng', bytes(0x89, 'PNG\r\n', 0x1a, '\n', 0, 0, 0, 8, 'acTL', 0, 0, 0, 2, 'IDAT')],
    ['image/bmp', bytes('BM', ...new Array(12).fill(0), 40, 0, 0, 0)],
  ])('are told by their first bytes: %s', (type, head) => {
    expect(sniff(head)).toBe(type);
  });

  it('are not seen in a film', () => {
    expect(sniff(bytes(0, 0, 0, 24, 'ftypisom', 0, 0, 2, 0, 'isommp41'))).toBeUndefined();
  });
});

describe('other content', () => {
  it.each([
    ['application/pdf', text('%PDF-1.7')],
    ['application/gzip', bytes(0x1f, 0x8b, 8)],
    ['application/zip', bytes('PK', 3, 4)],
    ['application/vnd.apache.parquet', text('PAR1')],
    ['image/svg+xml', text('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['image/svg+xml', text('\ufeff<?xml version="1.0"?>\n<!-- x -->\n<svg >')],
    ['application/xml', text('<?xml version="1.0"?><a/>')],
    ['text/html', text('<!DOCTYPE html><p>')],
    ['text/csv', text('a,b\n1,2\n3,4\n')],
    ['text/csv', text('a;"b;c"\n1;2\n')],
    ['text/csv', text('a\tb\n1\t2\n')],
    ['application/x-ndjson', text('{"a":1}\n{"a":2}\n{"a":')],
    ['application/json', text('{\n  "a": 1\n}')],
    ['application/json', text('[1,2]')],
    ['text/plain', text('hello, world\nthis is no table\n')],
    ['text/plain', text('BM is how this text begins')],
  ])('is told: %s', (type, head) => {
    expect(sniff(head)).toBe(type);
  });

  it('is of no known kind when it is empty or binary', () => {
    expect(sniff(new Uint8Array())).toBeUndefined();
    expect(sniff(bytes(0, 1, 2, 3))).toBeUndefined();
    expect(sniff(bytes(0xfe, 0xff, 0x80))).toBeUndefined();
  });

  it('is text although a character is cut off at the end', () => {
    expect(sniff(text('grüße 😀').subarray(0, -2))).toBe('text/plain');
  });
});

it('takes any bytes without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (head) => void sniff(head)),
    { numRuns: 500 },
  );
});
