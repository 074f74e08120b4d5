import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isListening } from './free-port.ts';

const runningSystemSchema = z.object({
  pid: z.number().int().positive(),
  endpoint: z.url(),
  stackName: z.string(),
  region: z.string(),
  startedAt: z.string(),
});

/** What a started system says of itself in a file, so that commands find it. */
export type RunningSystem = z.infer<typeof runningSystemSchema>;

/** Writes the file in one step, readers never see half of it. */
export async function announceSystem(file: string, system: RunningSystem): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(system, null, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
}

/** Takes the file away when it is still ours. */
export async function withdrawSystem(file: string): Promise<void> {
  const system = await readSystem(file);
  if (system?.pid === process.pid) await rm(file, { force: true });
}

/**
 * The system that the file tells of, if its process lives and its port is open: after a hard death the number of the
 * process may belong to another program, and so may the port, but hardly both.
 */
export async function findRunningSystem(file: string): Promise<RunningSystem | undefined> {
  const system = await readSystem(file);
  if (!system || !isAlive(system.pid)) return undefined;
  return (await isListening(Number(new URL(system.endpoint).port))) ? system : undefined;
}

async function readSystem(file: string): Promise<RunningSystem | undefined> {
  try {
    return runningSystemSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
