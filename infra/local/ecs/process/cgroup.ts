import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A control group with a memory limit, around the processes of one container. */
export interface Cgroup {
  readonly path: string;
  add(pid: number): void;
  /** Whether the kernel has killed a process in it for its memory. */
  hasKilled(): boolean;
  pids(): number[];
  /** Ends it; false while processes are still in it. */
  remove(): boolean;
}

/** Makes control groups, on a machine that lets us. */
export interface Cgroups {
  readonly version: 'v1' | 'v2';
  create(name: string, memoryBytes: number): Cgroup;
  /** One that an earlier run has left, by its path. */
  open(path: string): Cgroup;
}

interface Files {
  readonly limit: string;
  /** Swap would let a task go on past its ceiling, slowly. */
  readonly swap: readonly [file: string, value: (memoryBytes: number) => number];
  readonly kills: string;
}

const FILES: Readonly<Record<'v1' | 'v2', Files>> = {
  v1: {
    limit: 'memory.limit_in_bytes',
    swap: ['memory.memsw.limit_in_bytes', (memoryBytes) => memoryBytes],
    kills: 'memory.oom_control',
  },
  v2: { limit: 'memory.max', swap: ['memory.swap.max', () => 0], kills: 'memory.events' },
};

const ROOT = '/sys/fs/cgroup';
const STALE_MS = 60_000;
const PROBE_BYTES = 64 * 2 ** 20;

/** Finds out by trying whether memory limits can be set here. Undefined without the rights, or on another system. */
export function findCgroups(): Cgroups | undefined {
  for (const { parent, cgroups } of candidates()) {
    if (!works(cgroups)) continue;
    removeStale(parent, cgroups);
    return cgroups;
  }
  return undefined;
}

/** Empty groups of an earlier run; a young one may be another stand-in's that has no process in it yet. */
function removeStale(parent: string, cgroups: Cgroups): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith('slipway-'))) {
    const made = statSync(join(parent, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - made > STALE_MS) cgroups.open(join(parent, name)).remove();
  }
}

interface Place {
  readonly parent: string;
  readonly cgroups: Cgroups;
}

function* candidates(): Generator<Place> {
  const own = ownPaths();
  // Version 2 forbids limits below a group that holds processes itself: a sibling of our own group is tried.
  if (existsSync(join(ROOT, 'cgroup.controllers'))) {
    yield placeAt('v2', join(ROOT, dirname(own.v2)));
    yield placeAt('v2', ROOT);
  }
  yield placeAt('v1', join(ROOT, 'memory', own.v1));
  yield placeAt('v1', join(ROOT, 'memory'));
}

function placeAt(version: 'v1' | 'v2', parent: string): Place {
  return { parent, cgroups: cgroupsAt(version, parent) };
}

function works(cgroups: Cgroups): boolean {
  let probe: Cgroup | undefined;
  try {
    probe = cgroups.create(`slipway-probe-${process.pid}`, PROBE_BYTES);
    return existsSync(join(probe.path, 'cgroup.procs'));
  } catch {
    return false;
  } finally {
    probe?.remove();
  }
}

function cgroupsAt(version: 'v1' | 'v2', parent: string): Cgroups {
  const files = FILES[version];
  const open = (path: string) => cgroupAt(path, files);
  return {
    version,
    open,
    create(name, memoryBytes) {
      const path = join(parent, name);
      mkdirSync(path);
      try {
        writeFileSync(join(path, files.limit), String(memoryBytes));
        limitSwap(path, files, memoryBytes);
      } catch (error) {
        rmdirSync(path);
        throw error;
      }
      return open(path);
    },
  };
}

function limitSwap(path: string, { swap: [file, value] }: Files, memoryBytes: number): void {
  // Absent where the kernel does not count swap.
  if (existsSync(join(path, file))) writeFileSync(join(path, file), String(value(memoryBytes)));
}

function cgroupAt(path: string, files: Files): Cgroup {
  const read = (file: string) => (existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : '');
  return {
    path,
    add: (pid) => writeFileSync(join(path, 'cgroup.procs'), String(pid)),
    hasKilled: () => Number(/^oom_kill (\d+)$/m.exec(read(files.kills))?.[1] ?? 0) > 0,
    pids: () => read('cgroup.procs').split('\n').filter(Boolean).map(Number),
    remove() {
      try {
        if (existsSync(path) && basename(path).startsWith('slipway-')) rmdirSync(path);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function ownPaths(): { v1: string; v2: string } {
  const lines = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '';
  return {
    v1: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(lines)?.[1] ?? '/',
    v2: /^0::(.*)$/m.exec(lines)?.[1] ?? '/',
  };
}
