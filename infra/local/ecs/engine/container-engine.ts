import { type ChildProcessByStdio, execFile, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Programs that run containers and understand the same command line, as far as it is used here. */
export const CONTAINER_ENGINES = ['docker', 'podman'] as const;

export type EngineName = (typeof CONTAINER_ENGINES)[number];

/** A container engine of this machine. */
export interface ContainerEngine {
  readonly name: EngineName;
  /**
   * Runs one command; gives what it printed. Rejects with the last line of what it said of an error. `environment` is
   * beside the engine's own.
   */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  /** Runs one command whose output is read as it comes. */
  follow(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable>;
}

const execute = promisify(execFile);
const MAX_OUTPUT_BYTES = 2 ** 24;

/** The engine of that name. Throws one sentence when it is not installed or does not answer. */
export function findEngine(name: EngineName): ContainerEngine {
  const { error, status, stderr } = spawnSync(name, ['info'], { encoding: 'utf8' });
  if (error) throw new Error(`${name} cannot run tasks: it is not installed here.`);
  if (status !== 0) throw new Error(`${name} cannot run tasks: ${lastLine(stderr) || 'it does not answer'}`);
  return containerEngine(name);
}

/** The engine of that name, whether it works or not. */
export function containerEngine(name: EngineName): ContainerEngine {
  return {
    name,
    async run(args, environment) {
      try {
        const env = { ...process.env, ...environment };
        return (await execute(name, args, { env, maxBuffer: MAX_OUTPUT_BYTES })).stdout.trim();
      } catch (error) {
        const said = lastLine((error as { stderr?: string }).stderr ?? '');
        throw new Error(said || (error instanceof Error ? error.message : String(error)), { cause: error });
      }
    },
    follow: (args) => spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] }),
  };
}

/** Whether an engine's own command line reads the variable, so that it cannot be handed on through its environment. */
export function isEngineSetting(name: string): boolean {
  return /^(PATH|HOME|TMPDIR|XDG_|DOCKER_|BUILDAH_|CONTAINER|STORAGE_|REGISTR|LISTEN_|NOTIFY_|SSH_|GO)|_PROXY$/i.test(
    name,
  );
}

/** What an engine says last is what went wrong; warnings come before. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
