import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The command in front of a container's own that has the kernel kill the process when this one dies, also by SIGKILL;
 * empty where util-linux is not at hand. The sweep at the next start finds what even this leaves.
 */
export function findLauncher(): readonly string[] {
  const launcher = ['setpriv', '--pdeathsig', 'KILL'];
  const [program = '', ...args] = launcher;
  return spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? launcher : [];
}

/** The file that a program's name stands for, as execvp looks for it. Undefined when there is none that may be run. */
export function findProgram(program: string, path: string, workingDirectory: string): string | undefined {
  const places = program.includes('/') ? [workingDirectory] : path.split(delimiter).filter(Boolean);
  return places.map((place) => (isAbsolute(program) ? program : resolve(join(place, program)))).find(mayRun);
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
