import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IMAGE_SOURCES, imageTag, listSources, readSourceState } from '../../../cli/deploy/image-tag.ts';
import { runProgram } from '../../../cli/deploy/run-program.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
let directory: string;

const git = (...args: string[]) =>
  runProgram('git', ['-C', directory, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
const tagNow = async () => imageTag(await readSourceState(directory, runProgram));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-tag-'));
  await mkdir(join(directory, 'worker'));
  await writeFile(join(directory, 'package.json'), '{}');
  await writeFile(join(directory, 'worker', 'main.ts'), 'one');
});

afterAll(() => rm(directory, { recursive: true, force: true }));

test('a tag follows the sources: the commit, what differs from it, or the contents alone', async () => {
  const outside = await tagNow();
  expect(outside).toMatch(/^files-[0-9a-f]{12}$/);
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'one');
  const commit = await tagNow();
  expect(commit).toMatch(/^[0-9a-f]{12}$/);

  await writeFile(join(directory, 'README.md'), 'no part of the image');
  expect(await tagNow()).toBe(commit);

  await writeFile(join(directory, 'worker', 'main.ts'), 'two');
  const dirty = await tagNow();
  expect(dirty).toMatch(new RegExp(`^${commit}-dirty-[0-9a-f]{12}$`));
  expect(await tagNow()).toBe(dirty);
  await writeFile(join(directory, 'worker', 'new.ts'), 'new');
  expect(await tagNow()).not.toBe(dirty);
});

test('the sources are what the build context lets through', async () => {
  const ignored = await readFile(join(project, '.dockerignore'), 'utf8');
  const allowed = ignored
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1).replace(/\/$/, '')] : []));
  expect([...IMAGE_SOURCES].sort()).toEqual(allowed.sort());
  expect(await listSources(project)).toContain('worker/Dockerfile');
});
