import { SlipwayError } from '../../core/errors.ts';
import type { Engine } from './engines.ts';
import type { Registry } from './registry.ts';
import type { RunProgram } from './run-program.ts';

export interface BuildOptions {
  readonly engine: Engine;
  readonly directory: string;
  /** `…amazonaws.com/slipway/dev` */
  readonly repositoryUri: string;
  readonly tag: string;
  readonly platform: string;
  readonly registry: Registry;
  readonly run: RunProgram;
  readonly onOutput: (text: string) => void;
}

/** Builds the worker's image with an engine of this machine and pushes it. Throws with the last lines of what failed. */
export async function buildAndPush(options: BuildOptions): Promise<void> {
  const { engine, directory, repositoryUri, tag, platform, registry, run, onOutput } = options;
  const image = `${repositoryUri}:${tag}`;
  const step = async (what: string, args: readonly string[], input?: string) => {
    const { exitCode, printed } = await run(engine, args, {
      cwd: directory,
      onOutput,
      ...(input === undefined ? {} : { input }),
    });
    if (exitCode === 0) return;
    const lines = printed.trim().split('\n').slice(-8).join('\n  ');
    throw new SlipwayError('image', `${engine} could not ${what} (exit code ${exitCode}):\n  ${lines}`);
  };
  await step('build the image', ['build', '--platform', platform, '--file', 'worker/Dockerfile', '--tag', image, '.']);
  // Right before it is used: a token lives for twelve hours, a build may wait for a person. Never as an argument.
  const { user, password } = await registry.login();
  const host = repositoryUri.split('/', 1).join();
  await step('log in to the registry', ['login', '--username', user, '--password-stdin', host], password);
  await step('push the image', ['push', image]);
}
