import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUploadForm } from '../../../infra/local/s3/form-data.ts';

const TYPE = 'multipart/form-data; boundary=xyz';

async function* cut(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

function form(file: Uint8Array, key: string): Buffer {
  return Buffer.concat([
    Buffer.from(`--xyz\r\nContent-Disposition: form-data; name="Key"\r\n\r\n${key}\r\n`),
    Buffer.from('--xyz\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\dir\\\\a%22b.png"\r\n'),
    Buffer.from('Content-Type: image/png\r\n\r\n'),
    file,
    Buffer.from('\r\n--xyz\r\nContent-Disposition: form-data; name="submit"\r\n\r\nSend\r\n--xyz--\r\n'),
  ]);
}

describe('upload forms', () => {
  it('give fields and file back, wherever the network cuts and whatever the file looks like', async () => {
    // Only what is no delimiter can be in a file: a browser chooses its boundary so.
    const file = fc
      .array(fc.constantFrom('\r\n', '--', 'xy', 'xyz', '\r\n--xy', 'z', '\0'), { maxLength: 12 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !text.includes('\r\n--xyz'));
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 50 }), async (text, size) => {
        const read = await readUploadForm(cut(form(Buffer.from(text), 'a é'), size), TYPE);
        const chunks: Buffer[] = [];
        for await (const chunk of read.file) chunks.push(chunk);
        expect(Buffer.concat(chunks).toString()).toBe(text);
        expect([...read.fields]).toEqual([['key', 'a é']]);
        expect(read.fileName).toBe('a"b.png');
      }),
    );
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'x', 'MalformedPOSTRequest'],
    ['that end too early', TYPE, '--xyz\r\nContent-Disposition: form-data; name="a"', 'MalformedPOSTRequest'],
    ['without a file', TYPE, '--xyz--\r\n', 'MalformedPOSTRequest'],
    ['with endless fields', TYPE, `--xyz\r\n\r\n${'a'.repeat(30_000)}`, 'MaxPostPreDataLengthExceeded'],
  ])('%s are refused', async (_what, type, body, code) => {
    await expect(readUploadForm(cut(Buffer.from(body), 1000), type)).rejects.toMatchObject({ code });
  });
});
