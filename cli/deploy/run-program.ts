import { spawn } from 'node:child_process';

export interface ProgramResult {
  readonly exitCode: number | null;
  /** Both streams, in the order in which they came. */
  readonly printed: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given to the program's standard input. */
  readonly input?: string;
  /** After so many milliseconds it gets SIGTERM. */
  readonly timeout?: number;
  /** Called with each piece as it is printed. */
  readonly onOutput?: (text: string) => void;
}

/** Runs another program. */
export type RunProgram = (program: string, args: readonly string[], options?: ProgramOptions) => Promise<ProgramResult>;

/** A child of this process, never through a shell; a program that is not there ends with null and says so. */
export const runProgram: RunProgram = (program, args, { cwd, env, input, timeout, onOutput } = {}) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'], timeout });
    let printed = '';
    const take = (chunk: Buffer) => {
      printed += chunk;
      onOutput?.(String(chunk));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => resolve({ exitCode: null, printed: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode, printed }));
    // A program that ends without reading its input is no fault of ours: its exit code says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
