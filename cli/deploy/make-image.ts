import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../core/errors.ts';
import { buildAndPush } from './build-image.ts';
import { runCodeBuild } from './code-build.ts';
import type { Builder } from './engines.ts';
import type { ImageStack } from './image-stack.ts';
import { imageTag, listSources, readSourceState } from './image-tag.ts';
import type { Registry } from './registry.ts';
import type { RunProgram } from './run-program.ts';
import type { Pace } from './settle-stack.ts';
import type { JsonCall } from './signed-call.ts';
import type { SourceStore } from './source-store.ts';
import { zip } from './zip.ts';

export interface ImageOptions {
  readonly builder: Builder;
  readonly imageDigest: string | undefined;
  readonly projectDirectory: string;
  readonly architecture: 'X86_64' | 'ARM64';
  readonly stack: ImageStack;
}

export interface ImagePorts {
  readonly registry: Registry;
  readonly run: RunProgram;
  readonly codeBuild: JsonCall;
  readonly sources: SourceStore;
  readonly pace: Pace;
  readonly onOutput: (text: string) => void;
}

const PLATFORMS = { X86_64: 'linux/amd64', ARM64: 'linux/arm64' } as const;

/** Makes sure that the image is in the registry and gives its URI, by digest. Builds nothing that is there already. */
export async function makeImage(options: ImageOptions, ports: ImagePorts): Promise<string> {
  const { builder, imageDigest, projectDirectory, stack } = options;
  const repository = stack.repositoryUri.slice(stack.repositoryUri.indexOf('/') + 1);
  if (imageDigest !== undefined) {
    const found = await ports.registry.digestOf(repository, { digest: imageDigest });
    if (found === undefined) throw new SlipwayError('image', `Repository ${repository} has no image ${imageDigest}.`);
    return `${stack.repositoryUri}@${found}`;
  }
  const tag = imageTag(await readSourceState(projectDirectory, ports.run));
  const present = await ports.registry.digestOf(repository, { tag });
  if (present !== undefined) {
    ports.pace.say(`image ${repository}:${tag} is in the registry already`);
    return `${stack.repositoryUri}@${present}`;
  }
  if (builder === 'none') {
    throw new SlipwayError('image', `Repository ${repository} has no image ${tag}, and --build none builds none.`);
  }
  ports.pace.say(`building image ${repository}:${tag} with ${builder}…`);
  await build(options, tag, ports).catch(async (error: unknown) => {
    // Tags are immutable: of two deployments of one commit at a time, one pushes, and either image is as good.
    if ((await ports.registry.digestOf(repository, { tag })) === undefined) throw error;
  });
  const pushed = await ports.registry.digestOf(repository, { tag });
  if (pushed === undefined)
    throw new SlipwayError('image', `The image was pushed, but ${repository}:${tag} is not there.`);
  return `${stack.repositoryUri}@${pushed}`;
}

async function build(options: ImageOptions, tag: string, ports: ImagePorts): Promise<void> {
  const { builder, projectDirectory, architecture, stack } = options;
  if (builder === 'codebuild') return buildOnAws(options, tag, ports);
  if (builder === 'none') return;
  const { repositoryUri } = stack;
  const platform = PLATFORMS[architecture];
  await buildAndPush({ ...ports, engine: builder, directory: projectDirectory, repositoryUri, tag, platform });
}

async function buildOnAws(options: ImageOptions, tag: string, ports: ImagePorts): Promise<void> {
  const { sourceBucket, buildProject } = options.stack;
  if (sourceBucket === undefined || buildProject === undefined) {
    throw new SlipwayError('image', 'The stack of images has no project that could build one.');
  }
  const paths = await listSources(options.projectDirectory);
  const entries = await Promise.all(
    paths.map(async (path) => ({
      path: path.replaceAll('\\', '/'),
      contents: await readFile(join(options.projectDirectory, path)),
    })),
  );
  const key = `${tag}.zip`;
  await ports.sources.put(sourceBucket, key, zip(entries));
  try {
    const order = { project: buildProject, source: `${sourceBucket}/${key}`, tag };
    await runCodeBuild(order, ports.codeBuild, ports.pace);
  } finally {
    await ports.sources.remove(sourceBucket, key);
  }
}
