import module from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

/** Takes one line that a function printed. The key is the function's name in serverless.yml. */
export type FunctionLine = (functionKey: string, line: string) => void;

/**
 * Sends what functions print to their log groups. serverless-offline runs each function in a worker thread and lets its
 * output run into the process's own, unattributed; the thread's start is the only place where the two are still apart.
 */
export function captureFunctionOutput(onLine: FunctionLine): void {
  const { Worker } = workerThreads;
  class CapturedWorker extends Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      const functionKey = (options.workerData as { functionKey?: unknown } | undefined)?.functionKey;
      if (typeof functionKey !== 'string') {
        super(file, options);
        return;
      }
      super(file, { ...options, stdout: true, stderr: true });
      forward(this.stdout, (line) => onLine(functionKey, line));
      forward(this.stderr, (line) => onLine(functionKey, line));
    }
  }
  workerThreads.Worker = CapturedWorker;
  module.syncBuiltinESMExports();
}

function forward(stream: Readable, onLine: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}
