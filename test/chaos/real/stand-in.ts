import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultScriptInput } from '../../../infra/local/faults/fault-script.ts';
import { findRunningSystem } from '../../../infra/local/running-system.ts';
import { LARGE_OBJECT_BYTES } from './pictures.ts';

/** The workers of a run. */
export const WORKERS = 3;

const PARAMETERS = [`minTasks=${WORKERS}`, `maxTasks=${WORKERS}`, `largeObjectBytes=${LARGE_OBJECT_BYTES}`];
const READY_TIMEOUT_MS = 90_000;

/** The local system of a run, in a process of its own as `npm start` has it. */
export interface StandIn {
  readonly endpoint: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again over the same data and port. */
  start(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
}

/** Starts the system of `project` over `home`, with the faults that the script says; gives up when the signal aborts. */
export async function startStandIn(
  project: string,
  home: string,
  script: FaultScriptInput,
  signal: AbortSignal,
): Promise<StandIn> {
  const faults = join(home, 'faults.json');
  await writeFile(faults, JSON.stringify(script, null, 2));
  const log = createWriteStream(join(home, 'stand-in.log'), { flags: 'a' });
  let port = '0';
  let endpoint = '';
  let child: ChildProcess | undefined;
  let exited = Promise.resolve();

  async function start(): Promise<void> {
    const parameters = PARAMETERS.flatMap((parameter) => ['--param', parameter]);
    const args = [join(project, 'cli', 'main.ts'), 'start', '--port', port, '--faults', faults, ...parameters];
    const own = spawn(process.execPath, args, {
      cwd: project,
      env: { ...process.env, SLIPWAY_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = own;
    own.stdout.pipe(log, { end: false });
    own.stderr.pipe(log, { end: false });
    exited = new Promise((resolve) => own.once('exit', () => resolve()));
    endpoint = await ready(own, home, signal);
    port = new URL(endpoint).port;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child?.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  }

  await start();
  return {
    get endpoint() {
      return endpoint;
    },
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGTERM'),
  };
}

async function ready(child: ChildProcess, home: string, signal: AbortSignal): Promise<string> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null && !signal.aborted) {
    const running = await findRunningSystem(join(home, 'system.json'));
    if (running && running.pid === child.pid) return running.endpoint;
    await sleep(50);
  }
  child.kill('SIGKILL');
  signal.throwIfAborted();
  const printed = await readFile(join(home, 'stand-in.log'), 'utf8').catch(() => '');
  throw new Error(`The local system did not start:\n${printed.trim().split('\n').slice(-12).join('\n')}`);
}
