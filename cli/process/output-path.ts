import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';

/** Most file systems' limit of one name, in bytes. */
const MAX_NAME_BYTES = 255;
/** Kept free for the ending of a file that is still being written. */
const ENDING_BYTES = 8;

/** What no file's name may hold: NUL and the slash anywhere, and more of them on Windows. */
const FORBIDDEN = process.platform === 'win32' ? /[\p{Cc}<>:"/\\|?*]/gu : /[\0/]/g;

/**
 * Where an output of a key goes: `<directory>/<key>/<name>`, each part of the key a folder. A part that no folder can be
 * called (`..`, nothing at all, 300 letters) gets a name of its own, made of what can be kept and a digest: a key is any
 * text, the path stays below the directory, and two keys never share a folder.
 */
export function outputPath(directory: string, key: string, name: string): string {
  const folders = key.split('/').map((part) => fileName(part, MAX_NAME_BYTES));
  return join(resolve(directory), ...folders, fileName(basename(name), MAX_NAME_BYTES - ENDING_BYTES));
}

function fileName(part: string, maxBytes: number): string {
  const kept = part.replaceAll(FORBIDDEN, '_').toWellFormed();
  if (kept === part && part !== '' && !/^\.+$/.test(part) && Buffer.byteLength(part) <= maxBytes) return part;
  const digest = createHash('sha256').update(part).digest('hex').slice(0, 16);
  const start = Buffer.from(kept.replace(/^\.+/, ''))
    .toString('utf8', 0, 150)
    .replace(/\u{fffd}+$/u, '');
  return `${start}~${digest}`;
}
