import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** As npm names processors. */
export type NativeCpu = 'x64' | 'arm64';

/** Runs a program and gives its exit code and what it printed. */
type Run = (
  program: string,
  args: readonly string[],
  options: { readonly cwd: string },
) => Promise<{ readonly exitCode: number | null; readonly printed: string }>;

/** What the first responder's package takes of sharp, for Lambda's Linux. */
export function nativeParts(cpu: NativeCpu): readonly string[] {
  return [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`];
}

/** Those that `npm install` has left out, as it does for another processor or system than its own. */
export async function missingParts(cpu: NativeCpu, projectDirectory: string): Promise<readonly string[]> {
  const found = await Promise.all(
    nativeParts(cpu).map((name) =>
      readFile(join(projectDirectory, 'node_modules', name, 'package.json')).then(
        () => [],
        () => [name],
      ),
    ),
  );
  return found.flat();
}

/**
 * Fetches what is missing into `node_modules`, each package in the version and with the checksum of `package-lock.json`.
 * Throws one sentence when that cannot be.
 */
export async function fetchParts(names: readonly string[], projectDirectory: string, run: Run): Promise<void> {
  const lock = JSON.parse(await readFile(join(projectDirectory, 'package-lock.json'), 'utf8'));
  const directory = await mkdtemp(join(tmpdir(), 'slipway-native-'));
  try {
    for (const name of names) {
      const locked = lock.packages[`node_modules/${name}`] as { version: string; integrity: string } | undefined;
      if (locked === undefined) throw new Error(`package-lock.json has no ${name}.`);
      const archive = await download(`${name}@${locked.version}`, directory, run);
      const sum = `sha512-${createHash('sha512')
        .update(await readFile(archive))
        .digest('base64')}`;
      if (sum !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json says.`);
      await unpack(archive, join(projectDirectory, 'node_modules', name), run);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function download(spec: string, directory: string, run: Run): Promise<string> {
  const { exitCode, printed } = await run('npm', ['pack', spec, '--silent', '--pack-destination', directory], {
    cwd: directory,
  });
  const file = printed.trim().split('\n').at(-1) ?? '';
  if (exitCode !== 0 || !file.endsWith('.tgz')) throw new Error(`npm could not fetch ${spec}: ${printed.trim()}`);
  return join(directory, basename(file));
}

/** Archives of npm hold one folder, `package`. */
async function unpack(archive: string, target: string, run: Run): Promise<void> {
  const folder = await mkdtemp(`${archive}-`);
  const { exitCode, printed } = await run('tar', ['-xzf', archive, '-C', folder], { cwd: folder });
  if (exitCode !== 0) throw new Error(`tar could not unpack ${basename(archive)}: ${printed.trim()}`);
  await cp(join(folder, 'package'), target, { recursive: true });
}
