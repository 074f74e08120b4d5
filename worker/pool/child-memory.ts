import { closeSync, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';

/** Between two looks at a process; a decoder can take hundreds of MiB in a second. */
const SAMPLE_MS = 50;

/** The status of a process is shorter. */
const STATUS_BYTES = 8_192;
const status = Buffer.alloc(STATUS_BYTES);

/** Resident memory in MiB of the process whose /proc/PID/status is open; undefined once it has ended. */
function residentMiB(file: number): number | undefined {
  try {
    const text = status.toString('latin1', 0, readSync(file, status, 0, STATUS_BYTES, 0));
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/**
 * Calls `onExceeded` with the MiB found as soon as a process is above `limitMiB`; ends when `signal` aborts. Where there is
 * no /proc nothing is watched. The kernel answers from memory, so that one file is kept open and read on the spot: by way
 * of Node's threads the looks at it cost more than all else that the worker does for a picture.
 */
export async function watchMemory(
  pid: number,
  limitMiB: number,
  { clock, signal, onExceeded }: { clock: Clock; signal: AbortSignal; onExceeded: (mib: number) => void },
): Promise<void> {
  const file = openStatus(pid);
  if (file === undefined) return;
  try {
    while (!signal.aborted) {
      const mib = residentMiB(file);
      if (mib === undefined) return;
      if (mib > limitMiB) return onExceeded(Math.round(mib));
      await clock.sleep(SAMPLE_MS, signal);
    }
  } finally {
    closeSync(file);
  }
}

function openStatus(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/status`, 'r');
  } catch {
    return undefined;
  }
}

/** Makes the kernel choose this process, and never the worker, when the task's memory is spent. Best effort. */
export async function offerToKernel(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/oom_score_adj`, '1000').catch(() => undefined);
}
