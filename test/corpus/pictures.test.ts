import { platform, tmpdir } from 'node:os';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURE_REASONS } from '../../core/failure-reason.ts';
import { pictures } from './pictures/all.ts';
import { oriented, QUARTERS } from './pictures/oriented.ts';
import { type PictureWorker, startPictureWorker } from './process-picture.ts';

/** Half of what a processor has by default. */
const MEMORY_MIB = 512;

let worker: PictureWorker;
let pids: number[] = [];

beforeAll(async () => {
  worker = await startPictureWorker(MEMORY_MIB);
  // The one process that all pictures of the corpus go through, one after the other.
  await worker.handle(
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  pids = [...(await worker.peaks()).keys()];
});
afterAll(() => worker.close());

/** Inside a square, never enlarged, never less than a pixel. */
function fitWithin(side: number, { width, height }: { width: number; height: number }) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

describe('each picture of the corpus ends as it must', () => {
  it('and there are enough of them, under names of their own', () => {
    expect(new Set(pictures.map(({ name }) => name)).size).toBe(pictures.length);
    expect(pictures.length).toBeGreaterThanOrEqual(40);
  });

  it.each(pictures.map((picture) => [picture.name, picture] as const))('%s', async (_, { make, ends }) => {
    const { outcome, outputs, deadLetters } = await worker.handle(await make());
    if (typeof ends === 'string') {
      expect(outcome).toMatchObject({ status: 'failed', reason: ends, outputs: [], attempts: 1 });
      expect(Object.keys(FAILURE_REASONS)).toContain(outcome.reason);
      // One sentence for a person, without paths of this machine.
      expect(outcome.message).toMatch(/[^:.\s]\.$/);
      expect(outcome.message).not.toContain(tmpdir());
      expect(deadLetters).toBe(1);
      return;
    }
    expect(outcome).toMatchObject({ status: 'complete', attempts: 1, metadata: ends });
    for (const [name, side] of [
      ['preview.webp', 1024],
      ['thumb.webp', 256],
    ] as const) {
      const { format, width, height, space } = await sharp(outputs.get(name)).metadata();
      expect({ format, width, height }, name).toEqual({ format: 'webp', ...fitWithin(side, ends) });
      expect(space).toBe('srgb');
    }
    expect(String(outcome.metadata?.placeholder).length).toBeLessThan(300);
    expect(outcome.metadata?.orientation).toBeGreaterThanOrEqual(1);
    expect(outcome.metadata?.orientation).toBeLessThanOrEqual(8);
  });
});

describe('turned and mirrored pictures are put upright, each quarter in its corner', () => {
  it.each(oriented.map((picture) => [picture.name, picture] as const))('%s', async (_, { make, seen, orientation }) => {
    const { outcome, outputs } = await worker.handle(await make());
    expect(outcome.metadata?.orientation).toBe(orientation);
    const { data, info } = await sharp(outputs.get('preview.webp')).raw().toBuffer({ resolveWithObject: true });
    const wrong: string[] = [];
    for (let y = 0; y < info.height; y += 1) {
      for (let x = 0; x < info.width; x += 1) {
        // Next to the borders of the quarters the encoder mixes them.
        if (Math.abs(x - info.width / 2) < 5 || Math.abs(y - info.height / 2) < 5) continue;
        const quarter = seen[(y < info.height / 2 ? 0 : 2) + (x < info.width / 2 ? 0 : 1)] ?? 0;
        const at = (y * info.width + x) * info.channels;
        const distance = Math.max(
          ...[0, 1, 2].map((c) => Math.abs((data[at + c] ?? 0) - (QUARTERS[quarter]?.[c] ?? 0))),
        );
        if (distance > 24) wrong.push(`${x},${y}: ${[...data.subarray(at, at + 3)]} for quarter ${quarter}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it.skipIf(platform() !== 'linux')('all of them went through one process, which stayed below its ceiling', async () => {
  expect(pids).toHaveLength(1);
  const peaks = await worker.peaks();
  expect([...peaks.keys()]).toEqual(pids);
  expect(Math.max(...peaks.values())).toBeLessThan(MEMORY_MIB);
});
