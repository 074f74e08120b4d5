import { type ContainerEngine, type EngineName, findEngine } from '../../infra/local/ecs/index.ts';

/** What `npm run image` has built: the engine and the image's name. */
export interface ImageUnderTest {
  readonly engine: ContainerEngine;
  readonly image: string;
}

/** Reads what `main.ts` hands on. Throws when a test is run without it. */
export function imageUnderTest(): ImageUnderTest {
  const { SLIPWAY_IMAGE_ENGINE: engine, SLIPWAY_IMAGE: image } = process.env;
  if (engine === undefined || image === undefined) throw new Error('Run these tests with: npm run image');
  return { engine: findEngine(engine as EngineName), image };
}

/** What the template gives the worker's containers, as options of the engine. */
export const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--user', '10001:10001', '--network', 'host'];

/** Podman's own writable folders in a read-only root are not those of Fargate. */
export function hardened({ name }: ContainerEngine): string[] {
  return name === 'podman' ? [...HARDENED, '--read-only-tmpfs=false'] : HARDENED;
}

/** Runs a script with the image's Node, as hardened as on AWS; gives what it printed, which has to be JSON. */
export async function runInImage({ engine, image }: ImageUnderTest, script: string): Promise<unknown> {
  const printed = await engine.run(['run', '--rm', ...hardened(engine), '--entrypoint', 'node', image, '-e', script]);
  return JSON.parse(printed);
}
