import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../cli/deploy/run-program.ts';
import { zip } from '../../../cli/deploy/zip.ts';

test('an archive is what other programs read', async ({ skip }) => {
  if ((await runProgram('python3', ['--version'])).exitCode !== 0) skip('there is no python3 to read it');
  const directory = await mkdtemp(join(tmpdir(), 'slipway-zip-'));
  try {
    const big = Buffer.alloc(300_000, 'slipway ');
    const archive = zip([
      { path: 'empty', contents: Buffer.alloc(0) },
      { path: 'worker/grüße 🌅.ts', contents: Buffer.from('export {};\n') },
      { path: 'big.bin', contents: big },
    ]);
    expect(archive.length).toBeLessThan(big.length / 10);
    const file = join(directory, 'a.zip');
    await writeFile(file, archive);
    const script = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip()); z.extractall(sys.argv[2])';
    expect(await runProgram('python3', ['-c', script, file, directory])).toEqual({ exitCode: 0, printed: 'None\n' });
    expect(await readFile(join(directory, 'worker/grüße 🌅.ts'), 'utf8')).toBe('export {};\n');
    expect((await readFile(join(directory, 'big.bin'))).equals(big)).toBe(true);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
