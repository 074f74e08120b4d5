import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * When a process started, in the kernel's own units: a process ID that was used again has another one. Undefined when
 * there is no such process.
 */
export function startedOf(pid: number): string | undefined {
  if (process.platform === 'linux') return statOf(pid)?.[19];
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The process group of a process, where /proc tells it. */
export function groupOf(pid: number): number | undefined {
  const group = statOf(pid)?.[2];
  return group === undefined ? undefined : Number(group);
}

/** Processes whose environment has `marker` in it: also those that have left their process group. Linux only. */
export function processesMarked(marker: string): number[] {
  return processIds().filter((pid) => read(`/proc/${pid}/environ`).includes(marker));
}

/** Sends SIGKILL to the whole process group that `leader` began; what is gone already is no error. */
export function killGroup(leader: number): void {
  // 0 would be our own group, and -1 every process of the user.
  if (leader > 1) signal(-leader, 'SIGKILL');
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it has ended by itself.
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The fields of /proc/PID/stat from the third on: the second may itself hold spaces and parentheses. */
export function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(') ');
  return end < 0 ? undefined : stat.slice(end + 2).split(' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
