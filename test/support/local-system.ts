import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_TIMEOUT_MS = 60_000;

/** A local system of a test, in a home folder of its own. */
export interface TestSystem {
  readonly home: string;
  readonly url: string;
  readonly printed: () => string;
  readonly child: ChildProcess;
  /** Runs a command of the CLI against this system. */
  run(args: readonly string[], options?: { readonly cwd?: string }): Promise<CommandResult>;
  /** Ends it as Ctrl-C does; gives the exit code. */
  stop(): Promise<number | null>;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a home folder below the system's temporary one. */
export function makeHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'slipway-e2e-'));
}

/** Runs `slipway <args>` to its end. */
export async function runCli(
  home: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(root, 'cli', 'main.ts'), ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, SLIPWAY_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = collect(child, 'stdout');
  const err = collect(child, 'stderr');
  const exitCode = await exitOf(child);
  return { exitCode, stdout: out(), stderr: err() };
}

/** Starts a system on a free port and waits until it says that it is ready. */
export async function startTestSystem(
  home: string,
  args: readonly string[] = [],
  readyTimeoutMs: number = READY_TIMEOUT_MS,
): Promise<TestSystem> {
  const child = spawn(process.execPath, [join(root, 'cli', 'main.ts'), 'start', '--port', '0', ...args], {
    cwd: root,
    env: { ...process.env, SLIPWAY_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = collect(child, 'stdout');
  const err = collect(child, 'stderr');
  const exited = exitOf(child);
  const printed = () => out() + err();
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    const url = /ready {2}(http:\/\/127\.0\.0\.1:\d+)/.exec(printed())?.[1];
    if (url) {
      return {
        home,
        url,
        printed,
        child,
        run: (commandArgs, options) => runCli(home, commandArgs, options),
        async stop() {
          if (child.exitCode === null) child.kill('SIGTERM');
          return exited;
        },
      };
    }
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The system did not become ready:\n${printed()}`);
    }
    await sleep(50);
  }
}

/** Process IDs whose environment names the home folder: everything that a system of it has left running. Linux only. */
export async function processesOf(home: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const owned = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(home) ? Number(pid) : undefined;
    }),
  );
  return owned.filter((pid) => pid !== undefined);
}

/** Asks again and again until `check` gives something; fails with `what` after the time. */
export async function eventually<Result>(
  what: string,
  check: () => Promise<Result | undefined | false>,
  timeoutMs = 30_000,
): Promise<Result> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await check();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(100);
  }
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}
