import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../../core/errors.ts';
import { type Pace, settleStack, waitWhileBusy } from './settle-stack.ts';
import { beforeDeploying } from './stack-state.ts';
import type { Stacks } from './stacks.ts';

/** Where images are, and what builds them when AWS does. */
export interface ImageStack {
  readonly repositoryUri: string;
  readonly sourceBucket: string | undefined;
  readonly buildProject: string | undefined;
}

export interface ImageStackOptions {
  readonly stage: string;
  readonly projectDirectory: string;
  readonly buildHere: boolean;
  readonly roleArn: string | undefined;
  readonly architecture: 'X86_64' | 'ARM64';
}

/** Name of the stack that holds the images of a stage. */
export function imageStackName(stage: string): string {
  return `slipway-${stage}-image`;
}

/** Creates the stack of images, or brings it up to date. Does nothing to one that already is what it should be. */
export async function ensureImageStack(options: ImageStackOptions, stacks: Stacks, pace: Pace): Promise<ImageStack> {
  const name = imageStackName(options.stage);
  await settleStack(name, beforeDeploying, stacks, pace);
  const present = await stacks.find(name);
  const source = {
    roleArn: options.roleArn,
    template: await readFile(join(options.projectDirectory, 'infra', 'worker-image.yml'), 'utf8'),
    parameters: {
      Stage: options.stage,
      // A later deployment that builds elsewhere does not take the project away again.
      BuildHere: options.buildHere || present?.outputs.BuildProjectName !== undefined ? 'yes' : 'no',
      Architecture: options.architecture,
    },
  };
  if (present === undefined) {
    pace.say(`creating stack ${name}…`);
    await stacks.create(name, source);
  } else if (await stacks.update(name, source)) pace.say(`updating stack ${name}…`);
  const status = await waitWhileBusy(name, stacks, pace);
  const stack = await stacks.find(name);
  if (stack === undefined || !/^(CREATE|UPDATE)_COMPLETE$/.test(status ?? '')) {
    const failures = stack === undefined ? [] : await stacks.failures(stack.stackId);
    const why = failures.map((line) => `\n  ${line}`).join('') || ' (its events in the console say why)';
    throw new SlipwayError('image-stack', `Stack ${name} ended as ${status ?? 'deleted'}:${why}`);
  }
  return {
    repositoryUri: stack.outputs.RepositoryUri ?? '',
    sourceBucket: stack.outputs.SourceBucketName,
    buildProject: stack.outputs.BuildProjectName,
  };
}
