import type { Environment } from '../aws/settings.ts';

/** What a command starts with. */
export interface CommandInput {
  readonly environment: Environment;
  /** The program's own file, to start processors from. */
  readonly entry: string;
  /** Aborts at the first SIGTERM or SIGINT. */
  readonly stop: AbortSignal;
}

/** One command of the image; resolves with the exit code. */
export type Command = (input: CommandInput) => Promise<number>;
