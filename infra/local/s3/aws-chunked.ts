import { S3Error } from './s3-error.ts';

/** The longest line of framing that is believed: a chunk's size and signature, or one trailer. */
const MAX_LINE_BYTES = 8192;

/** What the chunks were wrapped in; complete once `decodeChunks` has ended. */
export interface Trailers {
  /** Trailing headers by lower-case name. */
  readonly values: Map<string, string>;
}

/**
 * Undoes the `aws-chunked` encoding: yields the data and fills `trailers`. Chunk signatures are not checked, as the
 * stand-in checks no signatures. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  trailers: Trailers,
): AsyncGenerator<Buffer, void, undefined> {
  let pending: Buffer = Buffer.alloc(0);
  let dataLeft = 0;
  let state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';

  for await (const arrived of source) {
    let chunk: Buffer = pending.length > 0 ? Buffer.concat([pending, arrived]) : arrived;
    pending = Buffer.alloc(0);
    while (chunk.length > 0 && state !== 'done') {
      if (state === 'data') {
        const piece = chunk.subarray(0, dataLeft);
        dataLeft -= piece.length;
        chunk = chunk.subarray(piece.length);
        if (dataLeft === 0) state = 'data-end';
        yield piece;
        continue;
      }
      const end = chunk.indexOf('\r\n');
      if (end === -1) {
        if (chunk.length > MAX_LINE_BYTES) throw incomplete();
        pending = Buffer.from(chunk);
        break;
      }
      const line = chunk.toString('latin1', 0, end);
      chunk = chunk.subarray(end + 2);
      if (state === 'size') {
        dataLeft = readSize(line);
        state = dataLeft === 0 ? 'trailers' : 'data';
      } else if (state === 'data-end') {
        if (line !== '') throw incomplete();
        state = 'size';
      } else if (line === '') state = 'done';
      else addTrailer(trailers, line);
    }
  }
  // Some clients end the last trailer, or the last chunk, without the empty line.
  if (state === 'trailers' && pending.length > 0) addTrailer(trailers, pending.toString('latin1'));
  else if (state !== 'trailers' && state !== 'done') throw incomplete();
}

function readSize(line: string): number {
  const hex = /^([\da-f]{1,12})(;.*)?$/i.exec(line)?.[1];
  if (hex === undefined) throw incomplete();
  return Number.parseInt(hex, 16);
}

function addTrailer(trailers: Trailers, line: string): void {
  const colon = line.indexOf(':');
  if (colon > 0) trailers.values.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
}

function incomplete(): S3Error {
  const message = 'The request body terminated unexpectedly';
  return new S3Error('IncompleteBody', message, 400);
}
