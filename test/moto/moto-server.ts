import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../cli/deploy/run-program.ts';

/** Another version may support more, or break: what is told of moto is told of this one. */
export const MOTO_VERSION = '5.2.5';

const START_TIMEOUT_MS = 60_000;

/** Why the test cannot run here, in one line. */
export class MotoMissing extends Error {}

/** A running moto with what it printed. */
export interface Moto {
  readonly endpoint: string;
  /** The Python that has moto, and boto3 with it. */
  readonly python: string;
  /** Its access log and its complaints. */
  log(): readonly string[];
  /** What server.py says of what it does: `SKIPPED …`, `MENDED …`. */
  told(): readonly string[];
  stop(): Promise<void>;
}

/** Makes the virtual environment once, and starts the server on a free port of the loopback interface. */
export async function startMoto(cache: string): Promise<Moto> {
  const python = await makeEnvironment(join(cache, `moto-${MOTO_VERSION}`));
  const port = await freePort();
  const server = fileURLToPath(new URL('server.py', import.meta.url));
  const child = spawn(python, ['-u', server, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Apart: pieces of the two would otherwise meet within a line.
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk;
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, endpoint, () => printed.err);
  return {
    endpoint,
    python,
    log: () => printed.err.split('\n'),
    told: () => printed.out.split('\n'),
    stop: () => end(child),
  };
}

async function makeEnvironment(directory: string): Promise<string> {
  const python = join(directory, 'bin', 'python');
  if (existsSync(join(directory, 'complete'))) return python;
  if ((await runProgram('python3', ['--version'])).exitCode !== 0) throw new MotoMissing('there is no python3');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', directory]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `moto[server]==${MOTO_VERSION}`]],
    [python, ['-c', 'import sys, pathlib; pathlib.Path(sys.argv[1]).touch()', join(directory, 'complete')]],
  ];
  for (const [program, args] of steps) {
    const { exitCode, printed } = await runProgram(program, args);
    if (exitCode !== 0) throw new MotoMissing(`"${args.join(' ')}" failed: ${printed.trim().split('\n').at(-1)}`);
  }
  return python;
}

async function waitUntilReady(child: ChildProcess, endpoint: string, printed: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  await end(child);
  throw new Error(`moto did not start:\n${printed()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
