import { join } from 'node:path';
import type { RunProgram } from './run-program.ts';

export interface ServerlessOptions {
  readonly projectDirectory: string;
  readonly stage: string;
  readonly region: string;
  readonly params: readonly string[];
}

/** The options that decide what is compiled and deployed, for any command of Serverless. */
export function serverlessArguments({ stage, region, params }: Omit<ServerlessOptions, 'projectDirectory'>): string[] {
  return ['--stage', stage, '--region', region, ...params.flatMap((param) => ['--param', param])];
}

/**
 * `serverless deploy` as it is, in a process of its own, of a package that was made before: what was shown is what is
 * deployed, and nobody who packages meanwhile is in the way. Gives its exit code.
 */
export async function serverlessDeploy(
  options: ServerlessOptions,
  packageDirectory: string,
  run: RunProgram,
  onOutput: (text: string) => void,
): Promise<number | null> {
  const program = join(options.projectDirectory, 'node_modules', '.bin', 'serverless');
  const { exitCode } = await run(
    process.execPath,
    [program, 'deploy', '--package', packageDirectory, ...serverlessArguments(options)],
    {
      cwd: options.projectDirectory,
      onOutput,
    },
  );
  return exitCode;
}
