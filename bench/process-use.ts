import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** What a process and those below it have taken. */
export interface ProcessUse {
  /** Milliseconds of processor time, in steps of ten; of processes that have ended only if they were waited for. */
  readonly cpuMs: number;
  /** The most resident memory that a single one below the first has had, MiB. */
  readonly peakChildMiB: number;
  /** The same of the first. */
  readonly peakMiB: number;
}

/** Looks at a process and its descendants. Linux only: elsewhere every figure is NaN. */
export function processUse(pid: number): ProcessUse {
  try {
    const tree = [pid, ...descendantsOf(pid)];
    return {
      cpuMs: tree.reduce((sum, each) => sum + cpuMsOf(each), 0),
      peakChildMiB: Math.max(...tree.slice(1).map(peakMiB), 0),
      peakMiB: peakMiB(pid),
    };
  } catch {
    return { cpuMs: Number.NaN, peakChildMiB: Number.NaN, peakMiB: Number.NaN };
  }
}

/** Resident memory of a process and its descendants, MiB; what they share counts for each. NaN but on Linux. */
export function memoryOf(pid: number): number {
  try {
    return [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + statusMiB(each, 'VmRSS'), 0);
  } catch {
    return Number.NaN;
  }
}

/** Fields of /proc/PID/stat behind the name, which may hold spaces. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const parent = Number(statOf(Number(name))[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // It has just ended.
    }
  }
  const below = (parent: number): number[] => (parents.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** User and system time, of itself and of children that it has waited for. */
function cpuMsOf(pid: number): number {
  const ticks = statOf(pid).slice(11, 15).map(Number);
  return (ticks.reduce((sum, each) => sum + each, 0) * 1000) / TICKS_PER_SECOND;
}

const peakMiB = (pid: number) => statusMiB(pid, 'VmHWM');

function statusMiB(pid: number, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
