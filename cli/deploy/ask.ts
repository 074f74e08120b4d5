import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.ts';

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Asks a question whose answer is yes or no. Throws where nobody can be asked. */
export async function askYesNo(question: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.input.isTTY) {
    throw new UsageError(
      'Nobody can be asked here (the input is no terminal), and nothing was done; add --yes to go on without.',
    );
  }
  const lines = createInterface({ input: terminal.input, output: terminal.output });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
