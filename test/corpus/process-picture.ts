import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../../core/outcome.ts';
import { handleDelivery } from '../../worker/handle-delivery.ts';
import { createProcessorPool } from '../../worker/pool/processor-pool.ts';
import { createScratch } from '../../worker/scratch.ts';
import { systemClock } from '../../worker/system-clock.ts';
import { bodyOf, createWorld, fakePorts, jobFor, putObject } from '../support/job-fakes.ts';

const entry = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

/** What became of one picture. */
export interface PictureResult {
  readonly outcome: Outcome;
  /** By name. */
  readonly outputs: ReadonlyMap<string, Buffer>;
  readonly deadLetters: number;
}

/** The worker's own handling of a delivery, with its real pool of processors, and everything of AWS's in memory. */
export interface PictureWorker {
  /** Rejects when the picture got no outcome at the first delivery. */
  handle(content: Buffer): Promise<PictureResult>;
  /** The most memory that any process of the pool has ever had, MiB, by its process ID. Linux only. */
  peaks(): Promise<ReadonlyMap<number, number>>;
  close(): Promise<void>;
}

export async function startPictureWorker(memoryMiB: number): Promise<PictureWorker> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-corpus-'));
  const scratch = await createScratch(directory);
  const environment = { PATH: process.env.PATH ?? '', PROCESSOR_MEMORY_MIB: String(memoryMiB) };
  const processors = createProcessorPool({ clock: systemClock, entry, environment, deadlineMs: 30_000, memoryMiB });
  return {
    async handle(content) {
      const world = createWorld();
      const job = jobFor('any name.jpg');
      putObject(world, job);
      const outputs = new Map<string, Buffer>();
      const ports = fakePorts(world, {
        clock: systemClock,
        scratch,
        processors,
        objects: {
          async download(_source, path) {
            await writeFile(path, content);
            return { bytes: content.length, head: content.subarray(0, 4096) };
          },
          lastModified: async () => undefined,
          isStoredAfter: async () => false,
        },
        outputs: {
          async store(jobId, { name, contentType, path }) {
            outputs.set(name, await readFile(path));
            const sha256 = 'a'.repeat(64);
            return { name, contentType, key: `outputs/${jobId}/${sha256}.webp`, bytes: 3, sha256 };
          },
        },
      });
      const end = await handleDelivery(ports, { body: bodyOf(job), signal: new AbortController().signal });
      if (end.kind !== 'settled') throw new Error(`Not settled: ${JSON.stringify(end)}`, { cause: end });
      return { outcome: end.outcome, outputs, deadLetters: world.deadLetters.length };
    },
    peaks,
    async close() {
      await processors.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function peaks(): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  for (const pid of await childrenOf(process.pid)) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (kilobytes !== undefined && command.includes('processor')) found.set(pid, Number(kilobytes) / 1024);
  }
  return found;
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
