import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectFiles } from '../../../cli/process/collect-files.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-collect-'));
  await mkdir(join(directory, 'photos', 'inner'), { recursive: true });
  await writeFile(join(directory, 'photos', 'b + 50%.jpg'), 'bb');
  await writeFile(join(directory, 'photos', 'inner', 'ü 🌅.png'), 'u');
});
afterEach(() => rm(directory, { recursive: true }));

it('names files by their place below the folder that was given', async () => {
  const files = await collectFiles([join(directory, 'photos')]);
  expect(files.map(({ key, size }) => [key, size])).toEqual([
    ['photos/b + 50%.jpg', 2],
    ['photos/inner/ü 🌅.png', 1],
  ]);
});

it('names a single file by its name', async () => {
  const [file] = await collectFiles([join(directory, 'photos', 'b + 50%.jpg')]);
  expect(file?.key).toBe('b + 50%.jpg');
});

it('follows links to files', async () => {
  await symlink(join(directory, 'photos', 'b + 50%.jpg'), join(directory, 'photos', 'link.jpg'));
  expect((await collectFiles([join(directory, 'photos')])).map(({ key }) => key)).toContain('photos/link.jpg');
});

it('refuses a path that does not exist', async () => {
  await expect(collectFiles([join(directory, 'nope')])).rejects.toThrow('nope does not exist; expected a file or');
});

it('refuses a folder without files', async () => {
  await mkdir(join(directory, 'empty'));
  await expect(collectFiles([join(directory, 'empty')])).rejects.toThrow('There are no files in');
});

it('refuses two files that would become one object', async () => {
  await mkdir(join(directory, 'other', 'photos'), { recursive: true });
  await writeFile(join(directory, 'other', 'photos', 'b + 50%.jpg'), 'x');
  await expect(collectFiles([join(directory, 'photos'), join(directory, 'other', 'photos')])).rejects.toThrow(
    'would both be uploaded as "photos/b + 50%.jpg"; name their common folder instead',
  );
});
