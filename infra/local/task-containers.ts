import { spawn } from 'node:child_process';
import { CONTAINER_ENGINES, type ContainerEngine, type EngineName, findEngine } from './ecs/index.ts';

/** Containers for the tasks: an engine that answers, and the image of the worker on it. */
export interface LocalContainers {
  readonly engine: ContainerEngine;
  readonly image: string;
}

export interface ContainerChoice {
  readonly engine: string;
  /** An image that is there already; without it one is built from `worker/Dockerfile`. */
  readonly image: string | undefined;
  readonly projectDirectory: string;
  readonly say: (line: string) => void;
}

/** The tag of what is built here. */
const LOCAL_IMAGE = 'slipway-worker:local';
const LAST_LINES = 8;

/** Finds the engine and finds or builds the image. Throws one sentence when either is not to be had. */
export async function localContainers(choice: ContainerChoice): Promise<LocalContainers> {
  const name = CONTAINER_ENGINES.find((each) => each === choice.engine);
  if (name === undefined) {
    throw new Error(`--containers is "${choice.engine}"; expected one of: ${CONTAINER_ENGINES.join(', ')}.`);
  }
  const engine = findEngine(name);
  const image = choice.image ?? LOCAL_IMAGE;
  if (choice.image === undefined) await buildImage(name, choice);
  else await findImage(engine, choice.image);
  choice.say(`Tasks run as containers: ${name}, image ${image}.`);
  return { engine, image };
}

async function findImage(engine: ContainerEngine, image: string): Promise<void> {
  await engine.run(['image', 'inspect', '--format', '{{.Id}}', image]).catch(() => {
    throw new Error(`${engine.name} has no image ${image}. Without --image it is built.`);
  });
}

async function buildImage(engine: EngineName, { projectDirectory, say }: ContainerChoice): Promise<void> {
  say(`Building the worker's image with ${engine}; the first time takes a minute or more.`);
  const args = ['build', '--file', 'worker/Dockerfile', '--tag', LOCAL_IMAGE, '.'];
  const child = spawn(engine, args, { cwd: projectDirectory, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-20_000);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (exitCode === 0) return;
  const lines = said.trim().split('\n').slice(-LAST_LINES).join('\n  ');
  throw new Error(
    `${engine} could not build the worker's image:\n  ${lines}\nTo take an image that is already built: --image NAME.`,
  );
}
