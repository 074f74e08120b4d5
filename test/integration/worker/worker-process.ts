import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A worker started as a container would start it. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  output(): string;
}

const main = fileURLToPath(new URL('../../../worker/main.ts', import.meta.url));

/** Starts `worker/main.ts`, or another program of its kind, with nothing but this environment. */
export function startWorker(command: string, environment: Record<string, string>, entry = main): WorkerProcess {
  const child = spawn(process.execPath, [entry, command], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, exit, output: () => output };
}
