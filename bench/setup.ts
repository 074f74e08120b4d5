import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;

/** Installs the peers of this folder, once for each state of its lock file. Throws when npm fails. */
export function installPeers(): void {
  const cache = join(folder, 'node_modules', '.cache');
  const stamp = join(cache, 'peers.stamp');
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('bench: installing the peers (once; about 45 MB)…');
  const args = ['ci', '--ignore-scripts', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`"npm ci" in bench/ ended with ${status ?? 'a signal'}.`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, wanted);
}
