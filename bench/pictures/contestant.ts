// One way to make renditions, in a process of its own: `contestant.ts NAME OPTIONS`. It warms up, says so, works when it is
// told to, and says how long that took.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processUse } from '../process-use.ts';

/** What all of them have in common. */
export interface PipelineOptions {
  /** WebP's, 0 to 6. */
  readonly effort: number;
}

/** Makes the renditions of one file below a folder; gives back what it has found out of its size. */
export type Pipeline = (options: PipelineOptions) => (file: string, out: string) => Promise<unknown>;

/** What its parent tells it, as JSON. */
export interface PictureOptions extends PipelineOptions {
  readonly files: readonly string[];
  /** How many pictures, one file after the other, again and again. */
  readonly pictures: number;
  readonly atATime: number;
}

/** What a run came to. */
export interface PictureRun {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakChildMiB: number;
  readonly peakMiB: number;
}

const PIPELINES = {
  'hand-tuned': async () => (await import('./contestants/sharp.ts')).handTuned,
  clones: async () => (await import('./contestants/sharp.ts')).clones,
  vipsthumbnail: async () => (await import('./contestants/programs.ts')).vipsthumbnail,
  imagemagick: async () => (await import('./contestants/programs.ts')).imageMagick,
  pool: async () => (await import('./contestants/pool.ts')).pool,
} satisfies Record<string, () => Promise<Pipeline>>;

export type PipelineName = keyof typeof PIPELINES;

/** Pictures that each lane renders before the clock runs: a slot's process compiles its own code. */
const WARM_PICTURES = 4;

/** Works off pictures, several at a time. */
async function renderAll(render: ReturnType<Pipeline>, { files, pictures, atATime }: PictureOptions, out: string) {
  let next = 0;
  async function lane(index: number): Promise<void> {
    const folder = join(out, String(index));
    mkdirSync(folder, { recursive: true });
    while (next < pictures) {
      const file = files[next % files.length];
      next += 1;
      const width = await render(file ?? '', folder);
      if (!(Number(width) > 0)) throw new Error(`No width was found out, but ${JSON.stringify(width)}.`);
    }
  }
  await Promise.all(Array.from({ length: atATime }, (_, index) => lane(index)));
}

if (import.meta.main) {
  const [name = '', text = '{}'] = process.argv.slice(2);
  const options = JSON.parse(text) as PictureOptions;
  const render = (await PIPELINES[name as PipelineName]())(options);
  const out = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  process.on('exit', () => rmSync(out, { recursive: true, force: true }));
  process.on('disconnect', () => process.exit(0));
  await renderAll(render, { ...options, pictures: options.atATime * WARM_PICTURES }, out);
  process.on('message', async () => {
    const before = processUse(process.pid);
    const from = performance.now();
    await renderAll(render, options, out);
    const seconds = (performance.now() - from) / 1000;
    const after = processUse(process.pid);
    process.send?.({ ...after, seconds, cpuMs: after.cpuMs - before.cpuMs } satisfies PictureRun);
  });
  process.send?.('warm');
}
