import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** An event of CloudWatch Logs takes 256 KiB with 26 bytes of overhead; characters may take four bytes. */
const MAX_LINE_CHARACTERS = 65_000;

/** Calls `take` with the whole lines of each chunk of a stream, and with what is left at its end. */
export function readLines(stream: Readable, take: (lines: readonly string[]) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  function accept(text: string): void {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) lines.push(rest.slice(0, MAX_LINE_CHARACTERS));
    rest = rest.slice(rest.length > MAX_LINE_CHARACTERS ? MAX_LINE_CHARACTERS : 0);
    const whole = lines
      .flatMap(cut)
      .map((line) => line.replace(/\r$/, ''))
      .filter((line) => line !== '');
    if (whole.length > 0) take(whole);
  }
  stream.on('data', (chunk: Buffer) => accept(decoder.write(chunk)));
  stream.on('error', () => undefined);
  stream.once('close', () => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') take([last]);
  });
}

function cut(line: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start === 0 || start < line.length; start += MAX_LINE_CHARACTERS) {
    pieces.push(line.slice(start, start + MAX_LINE_CHARACTERS));
  }
  return pieces;
}
