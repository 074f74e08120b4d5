import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineName } from '../../infra/local/ecs/index.ts';

const NAME = `slipway-test-base:node-${process.versions.node}`;
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Where Debian's packages come from, and for which release. */
interface Mirror {
  readonly url: string;
  readonly release: string;
}

/**
 * A base for the Dockerfile without any registry: Debian by debootstrap from the mirror of this machine, the Node that
 * runs this (from npm) and its npm. Undefined where that is not possible: only root on Debian can.
 */
export function makeBase(engine: EngineName, say: (line: string) => void): string | undefined {
  if (spawnSync(engine, ['image', 'inspect', NAME], { stdio: 'ignore' }).status === 0) {
    say(`base     ${NAME}, made before`);
    return NAME;
  }
  const mirror = process.getuid?.() === 0 ? findMirror() : undefined;
  const npm = process.env.npm_execpath;
  if (!mirror || npm === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'slipway-base-'));
  const began = Date.now();
  try {
    run('debootstrap', ['--variant=minbase', mirror.release, root, mirror.url]);
    installNode(root, dirname(dirname(npm)));
    // For a machine whose way to npm's registry has a certificate of its own.
    const certificates = process.env.NODE_EXTRA_CA_CERTS;
    if (certificates !== undefined) copy(certificates, join(root, CERTIFICATES));
    const change = certificates === undefined ? '' : `--change 'ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}'`;
    run('sh', ['-c', `tar -C '${root}' -c . | ${engine} import ${change} - ${NAME}`]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  say(`base     ${NAME}, Debian ${mirror.release} by debootstrap in ${Math.round((Date.now() - began) / 1000)} s`);
  return NAME;
}

/** The first source of packages of this machine's own release. */
function findMirror(): Mirror | undefined {
  if (spawnSync('debootstrap', ['--version'], { stdio: 'ignore' }).error) return undefined;
  const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const format = ['indextargets', '--format', '$(RELEASE) $(SITE)', 'Created-By: Packages'];
  const { stdout = '' } = spawnSync('apt-get', format, { encoding: 'utf8' });
  const url = stdout
    .split('\n')
    .find((line) => line.startsWith(`${release} `))
    ?.split(' ')[1];
  return release === undefined || url === undefined ? undefined : { url, release };
}

function installNode(root: string, npmFolder: string): void {
  const local = join(root, 'usr/local');
  copy(process.execPath, join(local, 'bin/node'));
  chmodSync(join(local, 'bin/node'), 0o755);
  cpSync(npmFolder, join(local, 'lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return;
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n  ');
  throw new Error(`${program} failed (exit code ${status}):\n  ${said}`);
}
