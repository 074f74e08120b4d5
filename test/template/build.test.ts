import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build, FUNCTIONS, RESPONDER } from '../../scripts/build.ts';

const run = promisify(execFile);
let sources = '';

beforeEach(async () => {
  sources = await mkdtemp(join(tmpdir(), 'slipway-build-'));
  await mkdir(join(sources, 'functions'));
  await mkdir(join(sources, 'worker'));
  for (const name of [...FUNCTIONS, RESPONDER]) {
    await writeFile(
      join(sources, 'functions', `${name}.ts`),
      `export const handler = async (): Promise<string> => '${name}';`,
    );
  }
  await writeFile(
    join(sources, 'worker', 'main.ts'),
    "const { words } = await import('./words.ts');\nconsole.log(words);\n",
  );
  await writeFile(join(sources, 'worker', 'words.ts'), "export const words: string = 'first';\n");
  await writeFile(join(sources, 'worker', 'responder-child.ts'), "console.log('child');\n");
});

afterEach(() => rm(sources, { recursive: true, force: true }));

test('bundles run elsewhere, on their own', async () => {
  await build({ sources });
  const elsewhere = await mkdtemp(join(tmpdir(), 'slipway-moved-'));
  try {
    await cp(join(sources, '.build'), elsewhere, { recursive: true });
    expect((await run(process.execPath, [join(elsewhere, 'worker', 'main.mjs')])).stdout).toBe('first\n');
    expect((await run(process.execPath, [join(elsewhere, 'responder', 'child.mjs')])).stdout).toBe('child\n');
    const { handler } = await import(join(elsewhere, 'functions', 'on-schedule.mjs'));
    expect(await handler()).toBe('on-schedule');
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
});

test('a file that would not change is not touched, and one that nothing loads any more goes', async () => {
  const main = join(sources, '.build', 'worker', 'main.mjs');
  const handler = join(sources, '.build', 'functions', 'on-schedule.mjs');
  const before = await build({ sources });
  const [mainBefore, { mtimeMs, ino }] = [await readFile(main, 'utf8'), await stat(handler)];
  await writeFile(join(sources, 'worker', 'words.ts'), "export const words: string = 'second';\n");
  const after = await build({ sources });
  expect(await readFile(main, 'utf8')).not.toBe(mainBefore);
  expect(await stat(handler)).toMatchObject({ mtimeMs, ino });
  const gone = before.filter((file) => !after.includes(file));
  expect(gone.length).toBeGreaterThan(0);
  for (const file of gone) await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a source that does not compile is named, with its line', async () => {
  await writeFile(join(sources, 'functions', 'on-schedule.ts'), 'export const handler = ;\n');
  await expect(build({ sources })).rejects.toThrow('functions/on-schedule.ts:1:');
});

test('a function finds its credentials in its environment, and no bundle of one holds the other ways to them', async () => {
  const output = join(sources, 'built');
  await build({ output });
  const bundle = await readFile(join(output, 'functions', 'on-schedule.mjs'), 'utf8');
  // Booleans, because a message of the others would show the whole bundle.
  const holds = (words: string) => bundle.includes(words);
  expect(holds('AWS_SECRET_ACCESS_KEY')).toBe(true);
  expect(holds('@aws-sdk/credential-provider-sso is left out of this bundle')).toBe(true);
  // The servers of single sign-on, one of the other ways.
  expect(holds('SSOOIDC')).toBe(false);
});
