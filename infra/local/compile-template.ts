import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface CompileOptions {
  /** The project's folder, where serverless.yml is. */
  readonly serviceDirectory: string;
  /** Where the package goes. */
  readonly packageDirectory: string;
  /** Arguments such as `--stage dev` and `--param "maxTasks=2"`. */
  readonly arguments: readonly string[];
}

/**
 * Runs `serverless package` in a process of its own, exactly as a deployment would, and gives the compiled template's
 * path. Throws with what the command printed when it fails.
 */
export async function compileTemplate(options: CompileOptions): Promise<string> {
  await mkdir(options.packageDirectory, { recursive: true });
  const serverless = join(options.serviceDirectory, 'node_modules', '.bin', 'serverless');
  const child = spawn(
    process.execPath,
    [serverless, 'package', '--package', options.packageDirectory, ...options.arguments],
    { cwd: options.serviceDirectory, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw new Error(`serverless package ended with ${exitCode}:\n${printed.trim()}`);
  return join(options.packageDirectory, 'cloudformation-template-update-stack.json');
}
