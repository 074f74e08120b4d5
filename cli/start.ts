import { parseArgs } from 'node:util';
import { findRunningSystem } from '../infra/local/running-system.ts';
import { systemFile } from './paths.ts';
import { runServerlessOffline } from './serverless-offline.ts';
import { UsageError } from './usage-error.ts';

/** `npm start [-- --port N]`: the whole system in the foreground until Ctrl-C. */
export async function start(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { port: { type: 'string' } }, strict: true });
  const running = await findRunningSystem(systemFile);
  if (running) {
    throw new UsageError(`A system runs here already: process ${running.pid} at ${running.endpoint}. Stop it first.`);
  }
  await runServerlessOffline(values.port === undefined ? [] : ['--slipwayPort', port(values.port)]);
  return process.exitCode === undefined ? 0 : Number(process.exitCode);
}

function port(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new UsageError(`--port is "${text}"; expected a number from 0 (any free port) to 65535.`);
}
