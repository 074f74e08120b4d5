import { statOf } from './process-identity.ts';
import { descendants } from './resident-memory.ts';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock does. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process and all its descendants, those included that have ended, in seconds. 0 where /proc is not. */
export function processorSeconds(pid: number): number {
  const ticks = descendants(pid).reduce((sum, each) => sum + ticksOf(each), 0);
  return ticks / TICKS_PER_SECOND;
}

/** utime, stime, cutime and cstime: the fields 14 to 17 of /proc/PID/stat. */
function ticksOf(pid: number): number {
  const fields = statOf(pid)?.slice(11, 15) ?? [];
  return fields.reduce((sum, field) => sum + Number(field), 0);
}
