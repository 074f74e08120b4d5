import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { hardened, imageUnderTest, runInImage } from './under-test.ts';

const under = imageUnderTest();
const { engine, image } = under;

interface Listing {
  readonly path: string;
  readonly executable: boolean;
  readonly setuid: boolean;
  readonly owner: number;
}

const LIST = `
  const { readdirSync, lstatSync } = require('node:fs');
  const skipped = new Set(['/proc', '/sys', '/dev']);
  const list = (folder) => readdirSync(folder).flatMap((name) => {
    const path = folder + (folder === '/' ? '' : '/') + name;
    if (skipped.has(path)) return [];
    const { mode, uid } = lstatSync(path);
    if ((mode & 0o170000) === 0o040000) return list(path);
    const isFile = (mode & 0o170000) === 0o100000;
    return [{ path, executable: isFile && (mode & 0o111) !== 0, setuid: (mode & 0o6000) !== 0, owner: uid }];
  });
  console.log(JSON.stringify(list('/')));`;

describe('the image', () => {
  it('runs as a user without rights on a root that cannot be written, save for its two volumes', async () => {
    const facts = await runInImage(
      under,
      `const { readFileSync, writeFileSync } = require('node:fs');
       const write = (folder) => { try { writeFileSync(folder + '/x', ''); return 'ok'; } catch (error) { return error.code; } };
       const capabilities = /CapEff:\\s*(\\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
       console.log(JSON.stringify({
         uid: process.getuid(), gid: process.getgid(), name: require('node:os').userInfo().username, capabilities,
         root: write('/'), app: write('/app'), etc: write('/etc'), scratch: write('/scratch'), tmp: write('/tmp'),
       }));`,
    );
    expect(facts).toEqual({
      uid: 10001,
      gid: 10001,
      name: 'worker',
      capabilities: '0000000000000000',
      root: 'EROFS',
      app: 'EROFS',
      etc: 'EROFS',
      scratch: 'ok',
      tmp: 'ok',
    });
  });

  it('has that user and those volumes even where nobody asks for them', async () => {
    const config = await engine.run(['image', 'inspect', '--format', '{{json .Config}}', image]);
    expect(JSON.parse(config)).toMatchObject({
      User: '10001:10001',
      Entrypoint: ['node', '/app/main.mjs'],
      Volumes: { '/scratch': {}, '/tmp': {} },
    });
  });

  it('holds one program, Node, and nothing that belongs to somebody else', async () => {
    const files = (await runInImage(under, LIST)) as Listing[];
    const outside = files.filter(({ path }) => !path.startsWith('/app/node_modules/'));
    const programs = outside.filter(({ path, executable }) => executable && !/\/(ld-linux|lib)[^/]*\.so/.test(path));
    expect(programs.map(({ path }) => path)).toEqual(['/usr/local/bin/node']);
    expect(files.filter(({ setuid }) => setuid)).toEqual([]);
    expect(files.filter(({ owner, path }) => owner !== 0 && !/^\/(scratch|tmp)\//.test(path))).toEqual([]);
  });

  it('holds no shell, no package manager, no secret, no source', async () => {
    const files = (await runInImage(under, LIST)) as Listing[];
    const paths = files.map(({ path }) => path);
    // Proof that the list is one of this image.
    expect(paths).toContain('/app/main.mjs');
    const unwanted =
      /\/(sh|bash|dash|ash|busybox|npm|npx|yarn|corepack|apt|apt-get|dpkg|pip\d?|curl|wget)$|\/(\.npmrc|\.env[^/]*|\.git[^/]*|\.aws|credentials|id_[a-z\d]+|[^/]*\.(pem|key|p12|ts|map))$/;
    expect(paths.filter((path) => unwanted.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    // What was only there for the build.
    expect(paths.filter((path) => /\/(esbuild|serverless|typescript|vitest)\//.test(path))).toEqual([]);
  });

  it('says in its environment only what the worker needs', async () => {
    const environment = (await runInImage(under, 'console.log(JSON.stringify(Object.keys(process.env)))')) as string[];
    const own = environment.filter((name) => !['HOME', 'HOSTNAME', 'TERM', 'container'].includes(name));
    expect(own.toSorted()).toEqual(['MALLOC_ARENA_MAX', 'NODE_ENV', 'PATH', 'UV_THREADPOOL_SIZE']);
  });

  it('tells scanners which packages its libraries are of', async () => {
    const records = await runInImage(
      under,
      `const { readdirSync, readFileSync } = require('node:fs');
       const folder = '/var/lib/dpkg/status.d/';
       console.log(JSON.stringify(readdirSync(folder).map((name) => /^Version: .+$/m.exec(readFileSync(folder + name, 'utf8'))?.[0])));`,
    );
    expect(records).toEqual([expect.stringMatching(/^Version: 2\./), expect.anything(), expect.anything()]);
  });

  it('makes pictures: sharp finds its native parts', async () => {
    const made = await runInImage(
      under,
      `require('/app/node_modules/sharp')({ create: { width: 640, height: 480, channels: 3, background: 'teal' } })
         .resize(64).webp().toBuffer({ resolveWithObject: true }).then(({ info }) => console.log(JSON.stringify(info)));`,
    );
    expect(made).toMatchObject({ format: 'webp', width: 64, height: 48 });
  });

  it('refuses an unknown command with exit code 64 and one sentence', async () => {
    expect(await exitOf(['run', '--rm', ...hardened(engine), image, 'serve'])).toEqual({
      code: 64,
      said: 'slipway: unknown command "serve"; expected one of: service, task, sweep.\n',
    });
  });

  it('ends with 137 when it takes more memory than it has', async () => {
    const limits = ['--memory', '256m', '--memory-swap', '256m'];
    const args = ['run', '--rm', ...hardened(engine), ...limits, '--entrypoint', 'node', image];
    const { code } = await exitOf([...args, '-e', 'Buffer.alloc(2 ** 30, 1)']);
    expect(code).toBe(137);
  });
});

/** How a command of the engine ends, and what it writes to standard error. */
function exitOf(args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(engine.name, args, (error, _stdout, said) => resolve({ code: error ? Number(error.code) : 0, said }));
  });
}
