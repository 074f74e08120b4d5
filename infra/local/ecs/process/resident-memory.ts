import { readFileSync } from 'node:fs';

/** Bytes that a process and all its descendants hold for themselves. 0 where /proc does not tell. */
export function residentBytes(pid: number): number {
  return descendants(pid).reduce((sum, each) => sum + ownBytes(each), 0);
}

/** A process and all its descendants. */
export function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(descendants)];
}

/** Anonymous memory only: libraries and files that several processes map are no one's own. */
function ownBytes(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
