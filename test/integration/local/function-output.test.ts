import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import workerThreads from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { captureFunctionOutput } from '../../../infra/local/function-output.ts';

const original = workerThreads.Worker;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-output-'));
});
afterEach(async () => {
  workerThreads.Worker = original;
  module.syncBuiltinESMExports();
  await rm(directory, { recursive: true });
});

it('attributes what a function prints to the function', async () => {
  const script = join(directory, 'print.mjs');
  await writeFile(script, 'console.log("out 1"); console.error("err 1");');
  const lines: string[] = [];
  captureFunctionOutput((key, line) => lines.push(`${key}: ${line}`));
  new workerThreads.Worker(script, { workerData: { functionKey: 'onSchedule' } });
  await vi.waitFor(() => expect(lines.toSorted()).toEqual(['onSchedule: err 1', 'onSchedule: out 1']), 5_000);
});

it('leaves other worker threads as they are', async () => {
  const script = join(directory, 'silent.mjs');
  await writeFile(script, '');
  captureFunctionOutput(() => expect.unreachable());
  const worker = new workerThreads.Worker(script);
  expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(0);
});
