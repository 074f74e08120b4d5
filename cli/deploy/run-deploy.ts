import { SlipwayError } from '../../core/errors.ts';
import type { StackResource } from '../cost/stack-resources.ts';
import type { CheckReport } from './checks.ts';
import { ensureImageStack, type ImageStack, imageStackName } from './image-stack.ts';
import { type ImagePorts, makeImage } from './make-image.ts';
import { nextSteps } from './next-steps.ts';
import type { DeployOptions } from './options.ts';
import { planText } from './plan-text.ts';
import { serverlessDeploy } from './serverless.ts';
import type { Services } from './services.ts';
import { settleStack } from './settle-stack.ts';
import { beforeDeploying } from './stack-state.ts';
import type { Stacks } from './stacks.ts';
import { watchRollout } from './watch-rollout.ts';

/** Everything of the world that a deployment touches. */
export interface DeployPorts extends ImagePorts {
  readonly stacks: Stacks;
  readonly services: Services;
  /** The resources of a compiled template, and what they cost idle, dollars a month. */
  price(template: string, region: string): Promise<{ resources: readonly StackResource[]; idleDollars: number }>;
  /** Packages the stage with these parameters and gives the folder. */
  pack(params: readonly string[]): Promise<string>;
  /** Rejects where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  unconfirmed(topicArn: string): Promise<readonly string[]>;
  print(text: string): void;
}

export interface DeployContext {
  readonly projectDirectory: string;
  readonly report: CheckReport;
  readonly region: string;
}

/** What the checks found, for people. Throws with everything that stands in the way. */
export function refuseFailedChecks({ passed, failed }: CheckReport): void {
  if (failed.length === 0) return;
  const lines = [...failed.map((line) => `  ✖ ${line}`), ...passed.map((line) => `  ✔ ${line}`)];
  throw new SlipwayError('checks', `Not deployed, and nothing was changed:\n${lines.join('\n')}`);
}

/** A deployment from the plan to the next steps; false when the user said no. Safe to repeat at any point. */
export async function runDeploy(options: DeployOptions, context: DeployContext, ports: DeployPorts): Promise<boolean> {
  const { report, region } = context;
  const { caller, builder, template } = report;
  if (caller === undefined || builder === undefined || template === undefined)
    throw new SlipwayError('checks', 'Unchecked.');
  const stackName = `slipway-${options.stage}`;
  const { resources, idleDollars } = await ports.price(template, region);
  const exists = (await ports.stacks.find(stackName)) !== undefined;
  const image =
    options.imageUri ??
    `${builder === 'none' ? 'taken' : `built by ${builder}, kept`} in stack ${imageStackName(options.stage)}`;
  ports.print(planText({ stage: options.stage, region, caller, exists, image, resources, idleDollars }));
  if (!options.yes && !(await ports.confirm('Go on?'))) return false;

  await settleStack(stackName, beforeDeploying, ports.stacks, ports.pace);
  const imageUri = options.imageUri ?? (await stageImage(options, context, architectureOf(resources), ports));
  ports.pace.say(`deploying ${imageUri.slice(imageUri.indexOf('/') + 1)}…`);
  await deployStack({ ...options, params: [...options.params, `imageUri=${imageUri}`] }, context, ports);
  await tellOutcome(options, region, imageUri, resources, ports);
  return true;
}

/** Tasks of one stack have one kind of processor. */
function architectureOf(resources: readonly StackResource[]): 'X86_64' | 'ARM64' {
  const definition = resources.find(({ logicalId }) => logicalId === 'WorkerTaskDefinition');
  const platform = definition?.properties.RuntimePlatform as { CpuArchitecture?: string } | undefined;
  return platform?.CpuArchitecture === 'ARM64' ? 'ARM64' : 'X86_64';
}

async function stageImage(
  options: DeployOptions,
  { projectDirectory, report }: DeployContext,
  architecture: 'X86_64' | 'ARM64',
  ports: DeployPorts,
): Promise<string> {
  const builder = report.builder ?? 'none';
  const buildHere = builder === 'codebuild';
  const roleArn = options.params.find((param) => param.startsWith('stackRoleArn='))?.slice('stackRoleArn='.length);
  const stackOptions = { stage: options.stage, projectDirectory, buildHere, architecture, roleArn };
  const stack: ImageStack = await ensureImageStack(stackOptions, ports.stacks, ports.pace);
  return makeImage({ builder, imageDigest: options.imageDigest, projectDirectory, architecture, stack }, ports);
}

async function deployStack(options: DeployOptions, { projectDirectory, region }: DeployContext, ports: DeployPorts) {
  const stackName = `slipway-${options.stage}`;
  const exitCode = await serverlessDeploy(
    { ...options, region, projectDirectory },
    await ports.pack(options.params),
    ports.run,
    ports.onOutput,
  );
  if (exitCode === 0) return;
  const stack = await ports.stacks.find(stackName);
  const failures = stack === undefined ? [] : await ports.stacks.failures(stackName);
  const state = stack === undefined ? 'there is no stack' : `the stack is in ${stack.status}`;
  const why = failures.map((line) => `\n  ${line}`).join('');
  throw new SlipwayError(
    'serverless',
    `"serverless deploy" ended with ${exitCode}; ${state}.${why}\nPut that right and run this again: it goes on from any state.`,
  );
}

async function tellOutcome(
  { stage }: DeployOptions,
  region: string,
  imageUri: string,
  resources: readonly StackResource[],
  ports: DeployPorts,
): Promise<void> {
  const stackName = `slipway-${stage}`;
  const outputs = (await ports.stacks.find(stackName))?.outputs ?? {};
  const output = (key: string) => {
    const value = outputs[key];
    if (value === undefined) throw new SlipwayError('not-slipway', `Stack ${stackName} has no output ${key}.`);
    return value;
  };
  const target = { stackName, cluster: output('ClusterName'), service: output('WorkerServiceName'), imageUri };
  const revision = await watchRollout(target, ports.stacks, ports.services, ports.pace);
  const dashboards = (await ports.stacks.resources(stackName)).filter(
    ({ type }) => type === 'AWS::CloudWatch::Dashboard',
  );
  ports.print(
    `\nStack ${stackName} runs ${revision} with the image that was meant, ${resources.length} resources in all.\n`,
  );
  ports.print(
    nextSteps({
      stage,
      region,
      inboxBucket: output('InboxBucketName'),
      resultsBucket: output('ResultsBucketName'),
      dashboards: dashboards.map(({ physicalId }) => physicalId),
      unconfirmed: await ports.unconfirmed(output('AlertTopicArn')),
    }),
  );
}
