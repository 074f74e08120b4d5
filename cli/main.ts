import { demo } from './demo.ts';
import { processCommand } from './process-command.ts';
import { start } from './start.ts';
import { UsageError } from './usage-error.ts';

/** A command takes its arguments and gives the process's exit code. */
type Command = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { start, process: processCommand, demo };

/** 1: the system failed, or the command was called wrongly. Commands give 0 and 2 themselves. */
const EXIT_FAILED = 1;

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await run(name, args);

async function run(command: string, args: readonly string[]): Promise<number> {
  try {
    const chosen = COMMANDS[command];
    if (!chosen) {
      throw new UsageError(`There is no command "${command}"; expected one of: ${Object.keys(COMMANDS).join(', ')}.`);
    }
    return await chosen(args);
  } catch (error) {
    process.stderr.write(`slipway: ${describe(error)}\n`);
    return EXIT_FAILED;
  }
}

function describe(error: unknown): string {
  if (process.env.SLIPWAY_DEBUG && error instanceof Error) return error.stack ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
