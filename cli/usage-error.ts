import { SlipwayError } from '../core/errors.ts';

/** The command was called wrongly. Its message is all that the user sees. */
export class UsageError extends SlipwayError {
  constructor(message: string) {
    super('usage', message);
  }
}

/** What `parseArgs` found wrong, without its advice on shells. `usage` says what was expected. */
export function unknownOption(error: unknown, usage: string): UsageError {
  const text = error instanceof Error ? error.message : String(error);
  return new UsageError(`${text.split(/\.\s|\n/, 1)[0]}; ${usage}.`);
}
