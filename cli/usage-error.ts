import { SlipwayError } from '../core/errors.ts';

/** The command was called wrongly. Its message is all that the user sees. */
export class UsageError extends SlipwayError {
  constructor(message: string) {
    super('usage', message);
  }
}
