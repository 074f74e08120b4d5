import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '../core/errors.ts';
import { findRunningSystem, type RunningSystem } from '../infra/local/running-system.ts';
import { homeDirectory, projectDirectory, systemFile } from './paths.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface LocalSystem extends RunningSystem {
  /** Ends the system with all its children; does nothing for a system that somebody else started. */
  stop(): Promise<void>;
}

/** Starts `serverless offline` itself, not through npx, which passes no signals on. */
export function spawnServerlessOffline(args: readonly string[], stdio: 'inherit' | 'pipe'): ChildProcess {
  const serverless = join(projectDirectory, 'node_modules', '.bin', 'serverless');
  return spawn(process.execPath, [serverless, 'offline', 'start', ...args], {
    cwd: projectDirectory,
    env: { ...process.env, SLIPWAY_HOME: homeDirectory },
    // The fourth entry is a channel that closes when this process dies, however it dies: the system ends with it.
    stdio: stdio === 'inherit' ? ['ignore', 'inherit', 'inherit', 'ipc'] : ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** The system that runs, or one of our own on free ports that `stop` ends again. */
export async function useLocalSystem(onStarting: () => void): Promise<LocalSystem> {
  const running = await findRunningSystem(systemFile);
  if (running) return { ...running, stop: async () => {} };
  onStarting();
  return startOwnSystem();
}

async function startOwnSystem(): Promise<LocalSystem> {
  await mkdir(homeDirectory, { recursive: true });
  const logFile = join(homeDirectory, 'system.log');
  const child = spawnServerlessOffline(['--slipwayPort', '0'], 'pipe');
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  }

  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const running = await findRunningSystem(systemFile);
    if (running && running.pid === child.pid) return { ...running, stop };
    await sleep(POLL_MS);
  }
  await stop();
  throw new SlipwayError('not-ready', `The local system did not start:\n${await lastLines(logFile)}`);
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-12).join('\n');
}
