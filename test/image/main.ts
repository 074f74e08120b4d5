import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTAINER_ENGINES, type EngineName, findEngine } from '../../infra/local/ecs/index.ts';
import { makeBase } from './base-image.ts';

const USAGE = 'npm run image [-- --engine docker|podman] [--base IMAGE]';
const IMAGE = 'slipway-worker:local';
const root = fileURLToPath(new URL('../..', import.meta.url));
const say = (line: string) => console.log(line);

try {
  process.exitCode = main();
} catch (error) {
  console.error(`image: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

/** Builds the worker's image from its Dockerfile and runs its tests. 0 with a plain line where no engine works. */
function main(): number {
  const { engine: wanted, base } = readOptions();
  const found = chooseEngine(wanted);
  if ('problem' in found) {
    say(`image: skipped, since no container engine works here. ${found.problem}`);
    return wanted === undefined ? 0 : 1;
  }
  const { engine } = found;
  const given = base ?? makeBase(engine, say);
  const began = Date.now();
  buildImage(engine, given);
  const size = Number(spawnSync(engine, ['image', 'inspect', '--format', '{{.Size}}', IMAGE]).stdout) / 1e6;
  say(`image    ${IMAGE}, ${Math.round(size)} MB, built in ${Math.round((Date.now() - began) / 1000)} s`);
  return run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/image/vitest.config.ts'], {
    SLIPWAY_IMAGE: IMAGE,
    SLIPWAY_IMAGE_ENGINE: engine,
  });
}

/** What a build says is of interest only when it fails. */
function buildImage(engine: EngineName, base: string | undefined): void {
  say(`image    building ${IMAGE} from worker/Dockerfile…`);
  const baseArgs = base === undefined ? [] : ['--build-arg', `BASE=${base}`];
  const args = ['build', '--file', 'worker/Dockerfile', '--tag', IMAGE, ...baseArgs, '.'];
  const { status, stdout, stderr } = spawnSync(engine, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return;
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-20).join('\n  ');
  throw new Error(`${engine} could not build the image (exit code ${status}):\n  ${said}`);
}

function readOptions(): { engine?: string | undefined; base?: string | undefined } {
  try {
    return parseArgs({ options: { engine: { type: 'string' }, base: { type: 'string' } } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nexpected: ${USAGE}`);
    process.exit(64);
  }
}

/** The engine that was asked for, or the first that answers; otherwise what is wrong with each of them. */
function chooseEngine(wanted: string | undefined): { engine: EngineName } | { problem: string } {
  const problems: string[] = [];
  for (const name of CONTAINER_ENGINES.filter((each) => wanted === undefined || each === wanted)) {
    if (name === 'podman') settlePodman();
    try {
      findEngine(name);
      say(`engine   ${name}`);
      return { engine: name };
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const unknown = `--engine is "${wanted}"; expected one of: ${CONTAINER_ENGINES.join(', ')}.`;
  return { problem: problems.join(' ') || unknown };
}

/** Settings for podman where nobody has made any and it runs as root with runc; see the file. */
function settlePodman(): void {
  const hasRunc = spawnSync('runc', ['--version'], { stdio: 'ignore' }).status === 0;
  if (process.getuid?.() !== 0 || !hasRunc) return;
  process.env.CONTAINERS_CONF ??= fileURLToPath(new URL('containers.conf', import.meta.url));
}

function run(program: string, args: readonly string[], environment: Record<string, string> = {}): number {
  const env = { ...process.env, ...environment };
  return spawnSync(program, args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
}
