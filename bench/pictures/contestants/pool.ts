import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { JobId } from '../../../core/job.ts';
import { createProcessorPool } from '../../../worker/pool/processor-pool.ts';
import { systemClock } from '../../../worker/system-clock.ts';
import type { Pipeline } from '../contestant.ts';

const entry = fileURLToPath(new URL('../../../worker/main.ts', import.meta.url));

/** The worker's processes and its image processor, without S3: what slots make of processors. */
export const pool: Pipeline = ({ effort }) => {
  const processors = createProcessorPool({
    clock: systemClock,
    entry,
    environment: { WEBP_EFFORT: String(effort) },
    deadlineMs: 60_000,
    memoryMiB: 1_024,
  });
  let jobs = 0;
  return async (file, out) => {
    jobs += 1;
    const directory = `${out}/${jobs}`;
    await mkdir(directory, { recursive: true });
    const product = await processors.run({
      jobId: String(jobs) as JobId,
      attempt: 1,
      source: { key: file, type: 'image/jpeg', size: 0, path: file },
      directory,
      signal: new AbortController().signal,
    });
    await rm(directory, { recursive: true });
    return product.metadata.width;
  };
};
