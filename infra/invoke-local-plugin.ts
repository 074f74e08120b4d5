import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { FUNCTIONS } from '../scripts/build.ts';
import { systemFile } from './local/home.ts';
import { findRunningSystem } from './local/running-system.ts';

type Variables = Record<string, unknown>;

interface Serverless {
  readonly serviceDir: string;
  readonly processedInput: { readonly commands: readonly string[] };
  readonly service: {
    readonly provider: { environment?: Variables };
    readonly functions: Readonly<Record<string, { environment?: Variables }>>;
  };
  /** Knows the stage and the Region of the command line, which the service's settings may differ from. */
  getProvider(name: 'aws'): { getRegion(): string; readonly naming: { getStackName(): string } };
}

/**
 * Makes `serverless invoke local` work with this project: the environment's `!Ref` and `!Join` are resolved against the
 * local system when one runs, and otherwise the deployed stack (Serverless knows no `!Join`); and the functions' modules
 * get a door that Serverless finds, which looks for `.js` and `.cjs` alone.
 */
export default class InvokeLocalPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;

  constructor(serverless: Serverless) {
    this.hooks = {
      // Serverless reads the environment in the first event of the command itself, before any plugin's turn.
      initialize: async () => {
        if (serverless.processedInput.commands.join(' ') === 'invoke local') await resolveEnvironments(serverless);
      },
      'before:invoke:local:invoke': () => writeDoors(serverless.serviceDir),
    };
  }
}

async function resolveEnvironments(serverless: Serverless): Promise<void> {
  const { serviceDir, service } = serverless;
  const { provider, functions } = service;
  const aws = serverless.getProvider('aws');
  const stackName = aws.naming.getStackName();
  const running = await findRunningSystem(systemFile(serviceDir));
  if (running?.stackName === stackName) {
    const local = { AWS_ENDPOINT_URL: running.endpoint, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    Object.assign(process.env, local);
  }
  const physicalIds = await readPhysicalIds(stackName, aws.getRegion());
  for (const owner of [provider, ...Object.values(functions)]) {
    const variables = Object.entries(owner.environment ?? {});
    owner.environment = Object.fromEntries(variables.map(([name, value]) => [name, resolve(value, physicalIds)]));
  }
}

async function readPhysicalIds(stackName: string, region: string): Promise<ReadonlyMap<string, string>> {
  const client = new CloudFormationClient({ region });
  try {
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    return new Map(
      StackResources.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
        LogicalResourceId,
        PhysicalResourceId,
      ]),
    );
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The functions need the resources of stack ${stackName}, which cannot be read (${why}). Start a local system with "npm start", or give the --stage of a deployed one.`,
      { cause },
    );
  } finally {
    client.destroy();
  }
}

/** What environments hold: text, `!Ref` to a resource, `!Join` of those. */
function resolve(value: unknown, physicalIds: ReadonlyMap<string, string>): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) {
    const found = physicalIds.get(String(value.Ref));
    if (found === undefined) throw new Error(`The stack has no resource ${value.Ref}, which an environment refers to.`);
    return found;
  }
  const join = 'Fn::Join' in value ? (value['Fn::Join'] as [string, unknown[]]) : undefined;
  if (join === undefined)
    throw new Error(`An environment holds ${JSON.stringify(value)}; expected text, !Ref or !Join.`);
  return join[1].map((part) => resolve(part, physicalIds)).join(join[0]);
}

async function writeDoors(serviceDirectory: string): Promise<void> {
  const directory = join(serviceDirectory, '.build', 'functions');
  await mkdir(directory, { recursive: true });
  await Promise.all(
    FUNCTIONS.map((name) => writeFile(join(directory, `${name}.cjs`), `module.exports = require('./${name}.mjs');\n`)),
  );
}
