import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchParts, missingParts, nativeParts } from '../../../scripts/native-parts.ts';

let project: string;
const archives = new Map<string, Buffer>();

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'slipway-native-'));
  const packages: Record<string, object> = {};
  for (const name of nativeParts('arm64')) {
    const archive = Buffer.from(`archive of ${name}`);
    archives.set(`${name}@1.2.3`, archive);
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    packages[`node_modules/${name}`] = { version: '1.2.3', integrity };
  }
  await writeFile(join(project, 'package-lock.json'), JSON.stringify({ packages }));
});
afterEach(() => rm(project, { recursive: true, force: true }));

/** npm and tar as far as they are used. */
async function run(program: string, args: readonly string[], { cwd }: { readonly cwd: string }) {
  if (program === 'tar') {
    await mkdir(join(cwd, 'package'));
    await writeFile(join(cwd, 'package', 'package.json'), await readFile(args[1] ?? ''));
    return { exitCode: 0, printed: '' };
  }
  const archive = archives.get(args[1] ?? '');
  if (archive === undefined) return { exitCode: 1, printed: 'npm error 404' };
  await writeFile(join(cwd, 'part.tgz'), archive);
  return { exitCode: 0, printed: 'part.tgz\n' };
}

test('what npm has left out is fetched in the version of the lock, once', async () => {
  const missing = await missingParts('arm64', project);
  expect(missing).toEqual(nativeParts('arm64'));
  await fetchParts(missing, project, run);
  expect(await missingParts('arm64', project)).toEqual([]);
});

test('an archive that is not the one of the lock is refused, and nothing is put in place', async () => {
  const [name = ''] = nativeParts('arm64');
  archives.set(`${name}@1.2.3`, Buffer.from('something else'));
  await expect(fetchParts([name], project, run)).rejects.toThrow(`${name}@1.2.3 is not what package-lock.json says.`);
  expect(await missingParts('arm64', project)).toContain(name);
});

test('a registry that does not answer is one sentence', async () => {
  archives.clear();
  await expect(fetchParts(nativeParts('arm64'), project, run)).rejects.toThrow(
    /^npm could not fetch .*: npm error 404$/,
  );
});
