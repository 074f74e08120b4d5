import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeChunks } from '../../../infra/local/s3/aws-chunked.ts';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    if (at >= bytes.length) return;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function decode(wire: Buffer, sizes: readonly number[]) {
  const trailers = { values: new Map<string, string>() };
  const pieces: Buffer[] = [];
  for await (const piece of decodeChunks(cut(wire, sizes), trailers)) pieces.push(piece);
  return { data: Buffer.concat(pieces), trailers: trailers.values };
}

function encode(chunks: readonly Uint8Array[], trailer: string, signature = ''): Buffer {
  const framed = chunks
    .filter((chunk) => chunk.length > 0)
    .flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`), chunk, Buffer.from('\r\n')]);
  return Buffer.concat([...framed, Buffer.from(`0${signature}\r\n${trailer}\r\n`)]);
}

describe('aws-chunked', () => {
  it('gives the same data and trailers back, wherever the network cuts', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(chunks, sizes, fc.constantFrom('', ';chunk-signature=abc'), async (data, cuts, signature) => {
        const decoded = await decode(encode(data, 'x-amz-checksum-crc32:AAAAAA==\r\n', signature), cuts);
        expect(decoded.data).toEqual(Buffer.concat(data));
        expect(decoded.trailers.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
      }),
    );
  });

  it('takes a body without trailers, and a last trailer without its line end', async () => {
    expect((await decode(Buffer.from('3\r\nabc\r\n0\r\n\r\n'), [])).data.toString()).toBe('abc');
    expect((await decode(Buffer.from('0\r\nx-a: b'), [])).trailers.get('x-a')).toBe('b');
  });

  it.each([
    ['an end in the middle of a chunk', '5\r\nab'],
    ['an end between chunks', '2\r\nab\r\n'],
    ['a size that is none', 'zz\r\nab\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a size line without end', 'a'.repeat(9000)],
  ])('refuses %s', async (_what, wire) => {
    await expect(decode(Buffer.from(wire), [])).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
