import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build as bundle, type OutputFile, type Plugin } from 'esbuild';
import { requiredBuiltins } from './required-builtins.ts';

/** The functions: one bundle each, named as its source, for a package that holds nothing else. */
export const FUNCTIONS = [
  'on-object-created',
  'on-schedule',
  'on-task-stopped',
  'scale-service',
  'scale-publish',
] as const;

/** One more, in a folder of its own: it brings the program of its children along. */
export const RESPONDER = 'on-job-queued';

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS inside a bundle calls `require` for Node's own modules; a module has none. */
const REQUIRE =
  "import{createRequire as slipwayRequire}from'node:module';const require=slipwayRequire(import.meta.url);";

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // The modern half of each package: without it most of the SDK is CommonJS, and nothing unused can be left out.
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  legalComments: 'none',
  logLevel: 'silent',
  write: false,
} satisfies BuildOptions;

/** Where sources are and bundles go; the project's own folders unless told otherwise. */
export interface BuildPlaces {
  readonly sources?: string;
  readonly output?: string;
}

/**
 * Bundles what runs on AWS into `functions/<name>.mjs`, `responder/` and `worker/main.mjs`, and gives back the files' paths. Throws with
 * esbuild's messages. A file that would not change is not touched: a system that runs may be reading it.
 */
export async function build({ sources = projectDirectory, output = join(sources, '.build') }: BuildPlaces = {}) {
  const results = await Promise.all([
    bundle({ ...functionsOptions(join(output, 'functions')), absWorkingDir: sources }),
    bundle({ ...workerOptions(join(output, 'worker')), absWorkingDir: sources }),
    bundle({ ...responderOptions(join(output, 'responder')), absWorkingDir: sources }),
    bundle({ ...responderChildOptions(join(output, 'responder')), absWorkingDir: sources }),
  ]);
  const files = results.flatMap(({ outputFiles }) => outputFiles);
  await Promise.all(files.map(writeChanged));
  const paths = files.map(({ path }) => path);
  for (const program of ['worker', 'responder']) await removeOthers(join(output, program, CHUNKS), paths);
  return paths;
}

/** What the SDK imports only when it is wanted: credentials from elsewhere than the environment, and streams of events. */
const LEFT_OUT =
  /^(@aws-sdk\/credential-provider-[a-z-]+|@smithy\/credential-provider-imds|@smithy\/core\/event-streams)$/;

/**
 * Leaves out what no call of a function can want. Lambda gives a function its credentials in the environment, where the SDK
 * looks first. The other ways are a sixth of a bundle; and what is imported at run time has all modules wrapped that it
 * shares with the rest, in which then nothing unused is dropped.
 */
const leftOut: Plugin = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: LEFT_OUT }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => {
      const words = `${path} is left out of this bundle: expected credentials in the environment, and no stream of events.`;
      return { contents: `throw new Error(${JSON.stringify(words)});` };
    });
  },
};

/** The SDK is inside: an own, minified copy starts faster than Lambda's. */
const packaged = {
  ...shared,
  minify: true,
  // Errors are told apart by their names, in logs too.
  keepNames: true,
  plugins: [requiredBuiltins, leftOut],
  // Beside the bundle for reading a stack trace, without a link to it: the map is not packaged.
  sourcemap: 'external',
} satisfies BuildOptions;

function functionsOptions(outdir: string) {
  return { ...packaged, entryPoints: FUNCTIONS.map((name) => `functions/${name}.ts`), outdir } satisfies BuildOptions;
}

/** The first responder's function, and the program of its children, which alone decode pictures. */
function responderOptions(outdir: string) {
  return { ...packaged, entryPoints: [`functions/${RESPONDER}.ts`], outdir } satisfies BuildOptions;
}

function responderChildOptions(outdir: string) {
  return {
    ...packaged,
    ...withChunks,
    entryPoints: [{ in: 'worker/responder-child.ts', out: 'child' }],
    outdir,
  } satisfies BuildOptions;
}

const CHUNKS = 'chunks';

/** `sharp` stays outside, whose native parts no bundle can hold. Each command loads its own chunks only. */
const withChunks = {
  external: ['sharp'],
  splitting: true,
  chunkNames: `${CHUNKS}/[name]-[hash]`,
} satisfies BuildOptions;

function workerOptions(outdir: string) {
  return {
    ...shared,
    ...withChunks,
    entryPoints: ['worker/main.ts'],
    outdir,
    sourcemap: 'linked',
  } satisfies BuildOptions;
}

/** Whoever reads meanwhile sees the old file or the new one. */
async function writeChanged({ path, contents }: OutputFile): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** Chunks of earlier builds, which nothing loads any more; not what another process is just writing. */
async function removeOthers(directory: string, wanted: readonly string[]): Promise<void> {
  const present = (await readdir(directory).catch(() => [])).filter((name) => /\.mjs(\.map)?$/.test(name));
  const others = present.map((name) => join(directory, name)).filter((path) => !wanted.includes(path));
  await Promise.all(others.map((path) => rm(path, { force: true })));
}

// Not awaited: Serverless requires the plugin that imports this file, and Node refuses to require what awaits at its top.
if (import.meta.main) {
  build().then(
    async (files) => {
      for (const file of files) console.log(`${Math.ceil((await stat(file)).size / 1000)} kB\t${file}`);
    },
    (error) => {
      console.error(`slipway: the build failed: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    },
  );
}
