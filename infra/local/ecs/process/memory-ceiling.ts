import type { Clock } from '../../clock.ts';
import type { Cgroup, Cgroups } from './cgroup.ts';
import { killGroup } from './process-identity.ts';
import { residentBytes } from './resident-memory.ts';

/** What keeps one container within its memory. */
export interface MemoryCeiling {
  /** `cgroup-v1`, `cgroup-v2` or `rss-sampling`: the record of the task says which. */
  readonly kind: string;
  /** The control group's path, for the sweep after a crash. */
  readonly cgroupPath?: string;
  /** Whether a process was killed for its memory. */
  wasExceeded(): boolean;
  /** Every process that is known to be left. */
  pids(): number[];
  end(): void;
}

/** Puts a process under a ceiling, which its children inherit. */
export type HoldMemory = (pid: number, name: string, memoryBytes: number) => MemoryCeiling;

const SAMPLE_MS = 250;
/** A killed process may take a moment to leave its group. */
const REMOVE_TRIES = 20;
const REMOVE_RETRY_MS = 50;

/** Ceilings by control groups where there are any, or else by sampling and SIGKILL. */
export function memoryCeilings(clock: Clock, cgroups: Cgroups | undefined): HoldMemory {
  return function holdMemory(pid, name, memoryBytes) {
    const cgroup = cgroups && enclose(cgroups, pid, name, memoryBytes);
    return cgroups && cgroup ? cgroupCeiling(cgroups, cgroup) : sampledCeiling(clock, pid, memoryBytes);
  };
}

function enclose(cgroups: Cgroups, pid: number, name: string, memoryBytes: number): Cgroup | undefined {
  let cgroup: Cgroup | undefined;
  try {
    cgroup = cgroups.create(`slipway-${name}`, memoryBytes);
    cgroup.add(pid);
    return cgroup;
  } catch {
    cgroup?.remove();
    return undefined;
  }
}

/** Removes a control group once the processes that were killed in it are gone. */
export function removeCgroup(cgroup: Cgroup, triesLeft: number = REMOVE_TRIES): void {
  if (cgroup.remove() || triesLeft === 0) return;
  // Wall time: the kernel knows no other.
  setTimeout(() => removeCgroup(cgroup, triesLeft - 1), REMOVE_RETRY_MS).unref();
}

function cgroupCeiling(cgroups: Cgroups, cgroup: Cgroup): MemoryCeiling {
  let exceeded = false;
  return {
    kind: `cgroup-${cgroups.version}`,
    cgroupPath: cgroup.path,
    wasExceeded: () => exceeded || cgroup.hasKilled(),
    pids: () => cgroup.pids(),
    end() {
      exceeded = cgroup.hasKilled();
      removeCgroup(cgroup);
    },
  };
}

function sampledCeiling(clock: Clock, pid: number, memoryBytes: number): MemoryCeiling {
  let exceeded = false;
  let cancel = clock.after(SAMPLE_MS, sample);
  function sample(): void {
    if (residentBytes(pid) > memoryBytes) {
      exceeded = true;
      killGroup(pid);
      return;
    }
    cancel = clock.after(SAMPLE_MS, sample);
  }
  return { kind: 'rss-sampling', wasExceeded: () => exceeded, pids: () => [], end: () => cancel() };
}
