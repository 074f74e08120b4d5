import { fileURLToPath } from 'node:url';
import { SlipwayError } from '../core/errors.ts';
import { isChildRole, runChild } from './child-roles.ts';
import type { Command } from './command.ts';

/** `EX_USAGE` of sysexits(3). */
const EXIT_USAGE = 64;
const EXIT_UNEXPECTED = 1;

/** Each loads its own parts only: a processor's process needs no AWS client, and a service needs no decoder. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  service: async () => (await import('./service.ts')).service,
  task: async () => (await import('./task.ts')).task,
  sweep: async () => (await import('./sweep.ts')).sweep,
};

const [name = ''] = process.argv.slice(2);
if (isChildRole(name)) await runChild(name);
else process.exit(await run(name));

async function run(name: string): Promise<number> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const expected = Object.keys(COMMANDS).join(', ');
    process.stderr.write(`slipway: unknown command ${JSON.stringify(name)}; expected one of: ${expected}.\n`);
    return EXIT_USAGE;
  }
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  try {
    const command = await load();
    return await command({ environment: process.env, entry: fileURLToPath(import.meta.url), stop: stop.signal });
  } catch (error) {
    return fail(error);
  }
}

/** What Slipway throws on purpose says all in one sentence; anything else is shown with its stack. */
function fail(error: unknown): number {
  const text = error instanceof SlipwayError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`slipway: ${text}\n`);
  return EXIT_UNEXPECTED;
}
