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
 * path. Throws with what Serverless found wrong.
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
  if (exitCode !== 0) throw new Error(serverlessError(printed) || `serverless package ended with ${exitCode}.`);
  return join(options.packageDirectory, 'cloudformation-template-update-stack.json');
}

const UNRESOLVED = /^- Cannot resolve variable at "[^"]*": (?<why>.*?),?$/;
/** What follows for a variable when another one that it needs has failed. */
const CONSEQUENCE = 'Value not found at "file" source';

/** What is wrong, out of all that Serverless prints about it: it repeats one mistake for every variable that meets it. Pure. */
export function serverlessError(printed: string): string {
  const lines = printed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '));
  const said = lines.slice(lines.indexOf('Error:') + 1);
  const whys = [...new Set(said.flatMap((line) => UNRESOLVED.exec(line)?.groups?.why ?? []))];
  const causes = whys.filter((why) => why !== CONSEQUENCE);
  if (causes.length > 0) return causes.join(' ');
  return said.join(' ');
}
