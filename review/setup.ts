import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;
const modules = join(folder, 'node_modules');

/** Installs the rule packs of this folder, once for each state of its lock file. */
export function installPacks(): void {
  once('packs', 'package-lock.json', () => {
    console.error('review: installing the rule packs (once; about 230 MB)…');
    run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], folder);
  });
}

/** Installs cfn-lint into an environment of its own; gives its path, or undefined where there is no Python. */
export function installCfnLint(): string | undefined {
  const environment = join(modules, '.cache', 'cfn-lint');
  const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status !== 0) return undefined;
  once('cfn-lint', 'requirements.txt', () => {
    console.error('review: installing cfn-lint (once)…');
    run('python3', ['-m', 'venv', '--clear', environment], folder);
    run(join(bin, 'pip'), ['install', '--quiet', '--requirement', 'requirements.txt'], folder);
  });
  return join(bin, 'cfn-lint');
}

/** Does something unless it was done for the present content of a file of this folder. */
function once(name: string, file: string, act: () => void): void {
  const stamp = join(modules, '.cache', `${name}.stamp`);
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  act();
  mkdirSync(join(modules, '.cache'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function run(program: string, args: readonly string[], cwd: string): void {
  const ended = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (ended.status !== 0) throw new Error(`${program} ${args[0]} ended with ${ended.status ?? ended.error?.message}.`);
}
