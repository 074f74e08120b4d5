import { UsageError } from './usage-error.ts';

/** A command takes its arguments and gives the process's exit code. */
type Command = (args: readonly string[]) => Promise<number>;

/** Each loads its own parts only: `start` stays beside the system for as long as it runs. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).start,
  process: async () => (await import('./process-command.ts')).processCommand,
  demo: async () => (await import('./demo.ts')).demo,
  deploy: async () => (await import('./deploy-command.ts')).deploy,
  remove: async () => (await import('./remove-command.ts')).remove,
  cost: async () => (await import('./cost-command.ts')).cost,
};

/** 1: the system failed, or the command was called wrongly. Commands give 0 and 2 themselves. */
const EXIT_FAILED = 1;

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await run(name, args);

async function run(command: string, args: readonly string[]): Promise<number> {
  try {
    const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (!load) {
      throw new UsageError(`There is no command "${command}"; expected one of: ${Object.keys(COMMANDS).join(', ')}.`);
    }
    return await (await load())(args);
  } catch (error) {
    process.stderr.write(`slipway: ${describe(error)}\n`);
    return EXIT_FAILED;
  }
}

function describe(error: unknown): string {
  if (process.env.SLIPWAY_DEBUG && error instanceof Error) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
