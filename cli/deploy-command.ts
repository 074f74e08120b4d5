import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileTemplate } from '../infra/local/compile-template.ts';
import { fetchParts, missingParts } from '../scripts/native-parts.ts';
import { idleRows, total } from './cost/estimate.ts';
import { readStackResources } from './cost/stack-resources.ts';
import { askYesNo } from './deploy/ask.ts';
import { runChecks } from './deploy/checks.ts';
import { findRegion, readCaller } from './deploy/identity.ts';
import { type DeployOptions, readDeployOptions } from './deploy/options.ts';
import { awsRegistry } from './deploy/registry.ts';
import { type DeployPorts, refuseFailedChecks, runDeploy } from './deploy/run-deploy.ts';
import { runProgram } from './deploy/run-program.ts';
import { type ServerlessOptions, serverlessArguments } from './deploy/serverless.ts';
import { awsServices } from './deploy/services.ts';
import type { Pace } from './deploy/settle-stack.ts';
import { jsonService } from './deploy/signed-call.ts';
import { awsSourceStore } from './deploy/source-store.ts';
import { awsStacks } from './deploy/stacks.ts';
import { unconfirmedAddresses } from './deploy/subscriptions.ts';
import { projectDirectory } from './paths.ts';

/** How commands that take minutes wait and tell; results go to the standard output, this does not. */
export const terminalPace: Pace = {
  sleep: (milliseconds) => sleep(milliseconds),
  say: (line) => void process.stderr.write(`slipway: ${line}\n`),
};

/** `npm run deploy -- --stage NAME …`. The exit code: 0 deployed, 1 not (or taken back by ECS). */
export async function deploy(args: readonly string[]): Promise<number> {
  const options = readDeployOptions(args);
  const directory = await mkdtemp(join(tmpdir(), 'slipway-deploy-'));
  try {
    const report = await runChecks({
      nodeVersion: process.version,
      region: await findRegion(options.region),
      build: options.build,
      run: runProgram,
      caller: readCaller,
      compile: (region) => packageStage(join(directory, 'plan'), { ...options, region, params: planned(options) }),
    });
    refuseFailedChecks(report);
    const region = report.region ?? '';
    // Every child finds the Region here, whoever named it.
    process.env.AWS_REGION = region;
    const { ports, close } = portsOf(region, async (params) => {
      const folder = join(directory, 'package');
      await completeParts(report.template ?? '', region);
      await packageStage(folder, { ...options, region, params });
      return folder;
    });
    try {
      const done = await runDeploy(options, { projectDirectory, report, region }, ports);
      if (!done) process.stderr.write('slipway: nothing was deployed.\n');
      return done ? 0 : 1;
    } finally {
      close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** An image that is named is checked with the rest; one that is still to be made is the stage's own until then. */
function planned({ params, imageUri }: DeployOptions): readonly string[] {
  return imageUri === undefined ? params : [...params, `imageUri=${imageUri}`];
}

/** The first responder may have another processor than this machine, for which npm has installed nothing. */
async function completeParts(template: string, region: string): Promise<void> {
  const responder = (await readStackResources(template, region)).find(
    ({ logicalId }) => logicalId === 'OnJobQueuedLambdaFunction',
  );
  if (responder === undefined) return;
  const cpu = JSON.stringify(responder.properties.Architectures).includes('arm64') ? 'arm64' : 'x64';
  const missing = await missingParts(cpu, projectDirectory);
  if (missing.length === 0) return;
  terminalPace.say(`fetching ${missing.join(', ')}…`);
  await fetchParts(missing, projectDirectory, runProgram);
}

/** Gives the path of the compiled template. */
function packageStage(packageDirectory: string, options: Omit<ServerlessOptions, 'projectDirectory'>): Promise<string> {
  return compileTemplate({
    serviceDirectory: projectDirectory,
    packageDirectory,
    arguments: serverlessArguments(options),
  });
}

function portsOf(region: string, pack: DeployPorts['pack']): { readonly ports: DeployPorts; close(): void } {
  const config = { region };
  const stacks = awsStacks(config);
  const services = awsServices(config);
  const registry = awsRegistry(config);
  const sources = awsSourceStore(config);
  const ports: DeployPorts = {
    stacks,
    services,
    registry,
    sources,
    pack,
    codeBuild: jsonService('codebuild', 'CodeBuild_20161006', config),
    run: runProgram,
    pace: terminalPace,
    onOutput: (text) => void process.stderr.write(text),
    print: (text) => void process.stdout.write(`${text}\n`),
    confirm: (question) => askYesNo(question, { input: process.stdin, output: process.stderr }),
    unconfirmed: (topicArn) => unconfirmedAddresses(topicArn, config),
    async price(template, used) {
      const resources = await readStackResources(template, used);
      return { resources, idleDollars: total(idleRows(resources)) };
    },
  };
  return { ports, close: () => [stacks, services, registry, sources].forEach((client) => void client.close()) };
}
