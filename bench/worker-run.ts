import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.ts';
import type { AwsCount } from './aws.ts';
import { startChild } from './child.ts';
import { processUse } from './process-use.ts';

/** The worker's bundle, as it goes into the image. */
export async function buildWorker(): Promise<string> {
  const output = fileURLToPath(new URL('.build/', import.meta.url));
  await build({ output });
  return `${output}worker/main.mjs`;
}

const WARM_JOBS = 200;

/** A run of the whole worker. */
export interface WorkerTrial {
  /** The bundle. */
  readonly entry: string;
  readonly files: readonly string[];
  /** A picture of a few hundred bytes. */
  readonly small: string;
  readonly jobs: number;
  readonly slots: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What it came to, once warm. */
export interface WorkerRun {
  readonly seconds: number;
  /** Of the worker with its children. */
  readonly cpuMs: number;
  readonly peakChildMiB: number;
  readonly peakMiB: number;
  /** Requests by what they are for. */
  readonly requests: Readonly<Record<string, number>>;
}

/** Brings objects to their outcomes by the command `service`: S3 in, S3 and the shared folder out. */
export async function runWorker({
  entry,
  files,
  small,
  jobs,
  slots,
  environment = {},
}: WorkerTrial): Promise<WorkerRun> {
  const aws = await startChild<Record<string, string>>('aws.ts');
  const env = { ...aws.word, SLOTS: String(slots), ...environment };
  const worker = spawn(process.execPath, [entry, 'service'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const count = () => aws.ask<AwsCount>({ type: 'count' });
  async function work(objects: number, contents = files): Promise<void> {
    const wanted = (await count()).outcomes + objects;
    await aws.ask({ type: 'upload', files: contents, copies: objects });
    while ((await count()).outcomes < wanted) {
      if (worker.exitCode !== null) throw new Error(`The worker ended with ${worker.exitCode}.`);
      await sleep(20);
    }
    // What follows an outcome.
    await sleep(500);
  }
  try {
    // Small ones first: they show the compiler all that the worker does beside decoding.
    await work(WARM_JOBS, [small]);
    await work(slots * 2);
    const before = { ...(await count()), ...processUse(worker.pid ?? 0) };
    const from = performance.now();
    await work(jobs);
    const seconds = (performance.now() - from) / 1000 - 0.5;
    const after = { ...(await count()), ...processUse(worker.pid ?? 0) };
    return {
      ...after,
      seconds,
      cpuMs: after.cpuMs - before.cpuMs,
      requests: difference(after.requests, before.requests),
    };
  } finally {
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
    await aws.end();
  }
}

function difference(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  const changed = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)] as const);
  return Object.fromEntries(changed.filter(([, value]) => value > 0));
}
