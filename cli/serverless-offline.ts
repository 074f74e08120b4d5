import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { homeDirectory, projectDirectory } from './paths.ts';

/** The command line tool itself rather than npx, which passes no signals on. */
const SERVERLESS = join(projectDirectory, 'node_modules', 'serverless', 'bin', 'serverless.js');

/** The stand-in lives long and does little: a small young generation saves it about 50 MB. `npm start` has the same flag. */
const MEMORY_FLAGS = ['--max-semi-space-size=2'];

/** Runs `serverless offline start` in this process: a second one beside it would only hold memory. */
export async function runServerlessOffline(args: readonly string[]): Promise<void> {
  process.chdir(projectDirectory);
  process.env.SLIPWAY_HOME = homeDirectory;
  process.argv.splice(1, Number.POSITIVE_INFINITY, SERVERLESS, 'offline', 'start', ...args);
  await import(pathToFileURL(SERVERLESS).href);
  // Serverless goes on by itself and ends the process when it is done.
  await new Promise<never>(() => {});
}

/**
 * Starts `serverless offline start` as a child that ends with this process, however it dies: the channel between the two
 * closes then.
 */
export function spawnServerlessOffline(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...MEMORY_FLAGS, SERVERLESS, 'offline', 'start', ...args], {
    cwd: projectDirectory,
    env: { ...process.env, SLIPWAY_HOME: homeDirectory },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
