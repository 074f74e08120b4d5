// Makes a fresh clone ready, and costs nothing when it is. Plain JavaScript: it runs on the machine's own Node, before
// the project's Node 24 (an exact dependency) is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.slipway-setup');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const found = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (found !== wanted) {
  console.error('slipway: installing the dependencies of this clone (once; about a minute)…');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) fail(`"npm ci" ended with ${npm.status ?? npm.error?.message}: see above.`);
  const node = spawnSync('node', ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH },
  });
  const major = Number(/^v(\d+)/.exec(node.stdout ?? '')?.[1]);
  if (!(major >= 24)) {
    fail(
      `Node 24 or newer is needed, this is ${node.stdout?.trim() || 'unknown'}; the package "node" brings it unless install scripts are off.`,
    );
  }
  writeFileSync(stamp, wanted);
}

function fail(message) {
  console.error(`slipway: ${message}`);
  process.exit(1);
}
