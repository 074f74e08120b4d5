import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '../core/errors.ts';
import { findRunningSystem, type RunningSystem } from '../infra/local/running-system.ts';
import { homeDirectory, systemFile } from './paths.ts';
import { spawnServerlessOffline } from './serverless-offline.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface LocalSystem extends RunningSystem {
  /** Ends the system with all its children; does nothing for a system that somebody else started. */
  stop(): Promise<void>;
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
  const child = spawnServerlessOffline(['--slipwayPort', '0']);
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
