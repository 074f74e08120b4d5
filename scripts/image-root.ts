import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes the root of an image that holds nothing but the given programs and native modules, the shared libraries that they
 * ask for, and what the C library reads: no shell, no package manager. Runs in the build stage of `worker/Dockerfile`.
 *
 *   node scripts/image-root.ts DIRECTORY FILE…
 *
 * Programs are copied to where they are; native modules (`.node`, `.so`) only say which libraries are needed.
 */
const [root = '', ...files] = process.argv.slice(2);
if (root === '' || files.length === 0) throw new Error('usage: node scripts/image-root.ts DIRECTORY FILE…');

const USER = 10_001;
const programs = files.filter((file) => !/\.(node|so[.\d]*)$/.test(file));
const libraries = [...new Set(files.flatMap(librariesOf))];

for (const file of [...programs, ...libraries]) copy(file);
// The engine mounts over the first three; the others are written to where a volume is mounted.
for (const name of ['proc', 'sys', 'dev', 'etc', 'run']) mkdirSync(join(root, name), { recursive: true });
// The one user has a name, and names of hosts are looked up in files first.
write('etc/passwd', `root:x:0:0::/:/none\nworker:x:${USER}:${USER}::/tmp:/none\n`);
write('etc/group', `root:x:0:\nworker:x:${USER}:\n`);
write('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n');
copy('/etc/os-release');
for (const [name, record] of packagesOf(libraries)) write(`var/lib/dpkg/status.d/${name}`, record);

/** What the dynamic linker would load beside the file. What lies in the project's own folder is copied with it. */
function librariesOf(file: string): string[] {
  const listing = execFileSync('ldd', [file], { encoding: 'utf8' });
  const missing = /^\s*(\S+) => not found/m.exec(listing)?.[1];
  if (missing !== undefined) throw new Error(`${file} needs ${missing}, which the base image lacks.`);
  return [...listing.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)]
    .map(([, path = '']) => path)
    .filter((path) => !path.startsWith(process.cwd()));
}

/** Scanners tell by these records, one file per package, which versions are inside. */
function packagesOf(paths: readonly string[]): Map<string, string> {
  const names = paths.map((path) => {
    const found = execFileSync('dpkg-query', ['--search', `*/${basename(path)}`], { encoding: 'utf8' });
    return found.split(':', 1).join();
  });
  return new Map(
    [...new Set(names)].map((name) => [name, execFileSync('dpkg-query', ['--status', name], { encoding: 'utf8' })]),
  );
}

/** The file itself under its name, whatever links lead to it. */
function copy(path: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  copyFileSync(path, join(root, path));
}

function write(path: string, text: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
