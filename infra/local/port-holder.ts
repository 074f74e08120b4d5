import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
}

/** Which process listens on a TCP port of this machine, read from /proc; undefined where that cannot be told. */
export function portHolder(port: number): PortHolder | undefined {
  const inodes = new Set([...listeningInodes('/proc/net/tcp', port), ...listeningInodes('/proc/net/tcp6', port)]);
  if (inodes.size === 0) return undefined;
  for (const pid of readNames('/proc').filter((name) => /^\d+$/.test(name))) {
    const holds = readNames(`/proc/${pid}/fd`).some((fd) => inodes.has(readLink(`/proc/${pid}/fd/${fd}`)));
    if (holds) return { pid: Number(pid), command: commandOf(pid) };
  }
  return undefined;
}

/** `port 4599 is in use by process 17 (node …)`; without the process where it cannot be told. */
export function describePortInUse(port: number): string {
  const holder = portHolder(port);
  const by = holder ? ` by process ${holder.pid} (${holder.command})` : '';
  return `Port ${port} of 127.0.0.1 is in use${by}.`;
}

const LISTEN = '0A';

function listeningInodes(table: string, port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return readText(table)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${hexPort}`) && state === LISTEN)
    .map((fields) => `socket:[${fields[9]}]`);
}

function commandOf(pid: string): string {
  return readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 120) || 'unknown';
}

function readText(file: string): string {
  return attempt(() => readFileSync(file, 'utf8'), '');
}

function readNames(directory: string): string[] {
  return attempt(() => readdirSync(directory), []);
}

function readLink(path: string): string {
  return attempt(() => readlinkSync(path), '');
}

/** Processes come and go, and some are not ours to read: what cannot be read is not there. */
function attempt<Result>(read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
