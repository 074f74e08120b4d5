import { readFile, writeFile } from 'node:fs/promises';
import type { Clock } from '../../core/clock.ts';

/** Between two looks at a process; a decoder can take hundreds of MiB in a second. */
const SAMPLE_MS = 50;

/** Resident memory of a process in MiB; undefined where there is no /proc to ask. */
export async function residentMiB(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** Calls `onExceeded` with the MiB found as soon as a process is above `limitMiB`; ends when `signal` aborts. */
export async function watchMemory(
  pid: number,
  limitMiB: number,
  { clock, signal, onExceeded }: { clock: Clock; signal: AbortSignal; onExceeded: (mib: number) => void },
): Promise<void> {
  while (!signal.aborted) {
    const mib = await residentMiB(pid);
    if (mib === undefined || signal.aborted) return;
    if (mib > limitMiB) return onExceeded(Math.round(mib));
    await clock.sleep(SAMPLE_MS, signal);
  }
}

/** Makes the kernel choose this process, and never the worker, when the task's memory is spent. Best effort. */
export async function offerToKernel(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/oom_score_adj`, '1000').catch(() => undefined);
}
