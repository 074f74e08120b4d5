import { parseArgs } from 'node:util';
import { UsageError, unknownOption } from '../usage-error.ts';
import { BUILDERS, type Builder } from './engines.ts';

export interface DeployOptions {
  readonly stage: string;
  /** Undefined: as the AWS set-up of this machine says. */
  readonly region: string | undefined;
  /** `name=value`, for serverless. */
  readonly params: readonly string[];
  readonly build: Builder | undefined;
  /** An image that is in the stage's repository already. */
  readonly imageDigest: string | undefined;
  /** An image of another repository, such as the one that another stage has tried. */
  readonly imageUri: string | undefined;
  readonly yes: boolean;
}

const USAGE =
  'expected: npm run deploy -- --stage NAME [--region REGION] [--param NAME=VALUE]… [--build docker|podman|finch|codebuild|none] [--image-digest sha256:…] [--image-uri URI] [--yes]';

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Reads the arguments of `npm run deploy`. Throws one sentence when they make no sense. */
export function readDeployOptions(args: readonly string[]): DeployOptions {
  const { stage, region, param, build, yes, ...image } = parsed(args);
  const imageDigest = image['image-digest'];
  const imageUri = image['image-uri'];
  if (stage === undefined) throw new UsageError(`No stage was named; ${USAGE}.`);
  if (build !== undefined && !isBuilder(build)) {
    throw new UsageError(`--build is "${build}"; expected one of ${BUILDERS.join(', ')}.`);
  }
  if (imageDigest !== undefined && !DIGEST.test(imageDigest)) {
    throw new UsageError(`--image-digest is "${imageDigest}"; expected sha256: and 64 hexadecimal digits.`);
  }
  if (checkedParams(param).some((pair) => pair.startsWith('imageUri='))) {
    throw new UsageError('--param imageUri is what this command finds out itself; give --image-uri instead.');
  }
  if (imageDigest !== undefined && imageUri !== undefined) {
    throw new UsageError('--image-digest and --image-uri both name the image; expected one of them.');
  }
  const given = imageDigest ?? imageUri;
  if (given !== undefined && build !== undefined && build !== 'none') {
    throw new UsageError(
      `--build ${build} would build an image, and ${given} is one already; expected one of the two.`,
    );
  }
  return {
    stage: checkedStage(stage),
    region,
    params: param,
    build: given === undefined ? build : 'none',
    imageDigest,
    imageUri,
    yes,
  };
}

/** Names of stages go into those of stacks, functions and the repository, which have the narrowest rules. Throws. */
export function checkedStage(stage: string): string {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stage) && stage.length <= 20 && !stage.endsWith('-image')) return stage;
  throw new UsageError(
    `The stage is "${stage}"; expected up to 20 small letters, digits and single hyphens, a letter first, and no "-image" at the end.`,
  );
}

/** Stage parameters as a command line gives them, each `NAME=VALUE`. Throws. */
export function checkedParams(params: readonly string[]): readonly string[] {
  const wrong = params.find((pair) => !/^\w+=/.test(pair));
  if (wrong === undefined) return params;
  throw new UsageError(`--param is "${wrong}"; expected NAME=VALUE.`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: 'string' },
        region: { type: 'string' },
        param: { type: 'string', multiple: true, default: [] },
        build: { type: 'string' },
        'image-digest': { type: 'string' },
        'image-uri': { type: 'string' },
        yes: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw unknownOption(error, USAGE);
  }
}

function isBuilder(text: string): text is Builder {
  return (BUILDERS as readonly string[]).includes(text);
}
