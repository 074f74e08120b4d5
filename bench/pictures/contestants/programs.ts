import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pipeline } from '../contestant.ts';

const run = promisify(execFile);
const ENVIRONMENT = { ...process.env, VIPS_CONCURRENCY: '1', MAGICK_THREAD_LIMIT: '1', OMP_NUM_THREADS: '1' };

/** libvips' own program, once for each rendition, and one more look at the header. */
export const vipsthumbnail: Pipeline =
  ({ effort }) =>
  async (file, out) => {
    const options = `[Q=80,effort=${effort}]`;
    for (const [name, side] of [
      ['preview', 1024],
      ['thumb', 256],
    ] as const) {
      const args = [file, '--size', `${side}x${side}>`, '--output', `${join(out, `${name}.webp`)}${options}`];
      await run('vipsthumbnail', args, { env: ENVIRONMENT });
    }
    const { stdout } = await run('vipsheader', ['-f', 'width', file], { env: ENVIRONMENT });
    return Number(stdout);
  };

/** ImageMagick at its best: one program for all, the hint that lets the JPEG decoder shrink, small from large. */
export const imageMagick: Pipeline =
  ({ effort }) =>
  async (file, out) => {
    const small = ['-resize', '256x256>', join(out, 'thumb.webp')];
    const large = [
      '-resize',
      '1024x1024>',
      '-quality',
      '80',
      '-define',
      `webp:method=${effort}`,
      '-write',
      join(out, 'preview.webp'),
    ];
    const { stdout } = await run(
      'convert-im6.q16',
      ['-define', 'jpeg:size=2048x2048', file, '-print', '%w', '-auto-orient', ...large, ...small],
      { env: ENVIRONMENT },
    );
    return stdout;
  };
