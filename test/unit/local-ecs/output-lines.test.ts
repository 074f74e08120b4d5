import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../infra/local/ecs/process/output-lines.ts';

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (taken) => void lines.push(...taken));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('close', resolve));
  return lines;
}

describe('the lines of a container', () => {
  it('are whole, whatever the chunks', async () => {
    expect(await linesOf('one\ntw', 'o\r\n\nthr', 'ee')).toEqual(['one', 'two', 'three']);
  });

  it('keep characters whole that a chunk has cut', async () => {
    const [first, ...rest] = Buffer.from('é\n');
    expect(await linesOf(Buffer.from([first ?? 0]), Buffer.from(rest))).toEqual(['é']);
  });

  it('are cut at what one event of the log takes, and nothing of them is lost', async () => {
    const long = 'x'.repeat(200_000);
    for (const lines of [await linesOf(`${long}\nend`), await linesOf(long, '\nend')]) {
      expect(lines.at(-1)).toBe('end');
      expect(lines.slice(0, -1).join('')).toBe(long);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(65_001);
    }
  });
});
