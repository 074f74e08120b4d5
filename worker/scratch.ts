import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scratch } from './job-ports.ts';

/**
 * Directories below a new one of this process in `root`; `close` removes it. An object's key is never part of a path.
 */
export async function createScratch(root: string): Promise<Scratch & { close(): Promise<void> }> {
  await mkdir(root, { recursive: true });
  const own = await mkdtemp(join(root, 'worker-'));
  return {
    async open(jobId, attemptId) {
      const base = join(own, `${jobId}-${attemptId}`);
      const directory = join(base, 'work');
      await mkdir(directory, { recursive: true });
      return {
        sourcePath: join(base, 'source'),
        directory,
        remove: () => rm(base, { recursive: true, force: true, maxRetries: 3 }),
      };
    },
    close: () => rm(own, { recursive: true, force: true, maxRetries: 3 }),
  };
}
