import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';

const SAMPLE_MS = 50;

/** What is known of kills by the kernel for memory. */
export interface MemoryKills {
  hasKilled(): boolean;
  end(): void;
}

/**
 * Tells whether the kernel has killed a process of the container for its memory. Engines do not always know it (podman
 * with version 1 of control groups does not), and the group is gone soon after the container: its counter is read all the
 * while. Where the engine's processes are not this machine's own, it never sees anything.
 */
export function watchMemory(pid: number, clock: Clock): MemoryKills {
  const file = counterOf(pid);
  let killed = false;
  let cancel: (() => void) | undefined;

  function sample(): void {
    killed ||= Number(/^oom_kill (\d+)$/m.exec(read(file))?.[1] ?? 0) > 0;
    if (!killed) cancel = clock.after(SAMPLE_MS, sample);
  }

  if (file !== '') sample();
  return { hasKilled: () => killed, end: () => cancel?.() };
}

/** The file with the counter, by the group that /proc gives for the container's first process. */
function counterOf(pid: number): string {
  const groups = read(`/proc/${pid}/cgroup`);
  const v1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  if (v1 !== undefined) return join('/sys/fs/cgroup/memory', v1, 'memory.oom_control');
  const v2 = /^0::(.*)$/m.exec(groups)?.[1];
  return v2 === undefined ? '' : join('/sys/fs/cgroup', v2, 'memory.events');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
