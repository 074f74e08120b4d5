import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { type Clock, systemClock } from '../../../infra/local/clock.ts';
import { openDatabase } from '../../../infra/local/database.ts';
import { type EcsOptions, type EcsService, ecsService } from '../../../infra/local/ecs/index.ts';
import { serveEndpoint } from '../../../infra/local/http/server.ts';
import type { BusEvent } from '../../../infra/local/ports.ts';

export const IMAGE = 'registry.test/worker:1';
export const TASK_ROLE = 'arn:aws:iam::000000000000:role/task';

/** Network configuration that an awsvpc task needs. */
export const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'] } };

export interface TaskDetail {
  readonly taskArn: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly version: number;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: { readonly exitCode?: number; readonly reason?: string }[];
}

export interface Harness {
  readonly folder: string;
  readonly url: string;
  readonly client: ECSClient;
  readonly ecs: EcsService;
  readonly events: readonly BusEvent[];
  readonly logs: ReadonlyMap<string, string[]>;
  /** The state-change events of a task, in the order of their publication. */
  eventsOf(taskArn: string | undefined): TaskDetail[];
  /** Ends the service but keeps its data: the next harness on the folder goes on with it. */
  stop(): Promise<void>;
  /** Ends it and removes the folder. */
  remove(): Promise<void>;
}

export interface HarnessOptions {
  readonly folder?: string;
  readonly clock?: Clock;
  readonly capacity?: EcsOptions['capacity'];
  readonly cgroups?: null;
  readonly stopGraceMs?: number;
  readonly findAlarm?: EcsOptions['findAlarm'];
  readonly containers?: EcsOptions['containers'];
}

/** ECS alone on an endpoint of its own, with one cluster `c`; its image runs the script that a container is given. */
export async function startEcs(options: HarnessOptions = {}): Promise<Harness> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'slipway-ecs-'));
  const events: BusEvent[] = [];
  const logs = new Map<string, string[]>();
  const database = openDatabase(folder);
  let url = '';
  const { capacity, cgroups, stopGraceMs, findAlarm, containers } = options;
  const ecs = ecsService({
    database,
    clock: options.clock ?? systemClock(),
    region: 'eu-west-1',
    directory: join(folder, 'ecs'),
    publishEvent: (event) => void events.push(event),
    appendLog(group, stream, lines) {
      const key = `${group} ${stream}`;
      logs.set(key, [...(logs.get(key) ?? []), ...lines.map(({ message }) => message)]);
    },
    endpointUrl: () => url,
    images: (uri) =>
      uri === IMAGE ? { entryPoint: ['node', '--input-type=module', '-e'], workingDirectory: folder } : undefined,
    credentials: (roleArn) => ({ accessKeyId: `key-of-${roleArn.split('/').at(-1)}`, secretAccessKey: 'local' }),
    filesystem: (id, accessPoint) => join(folder, 'efs', id, accessPoint ?? ''),
    ...(capacity === undefined ? {} : { capacity }),
    ...(findAlarm === undefined ? {} : { findAlarm }),
    ...(cgroups === undefined ? {} : { cgroups }),
    ...(containers === undefined ? {} : { containers }),
    stopGraceMs: stopGraceMs ?? 100,
  });
  const endpoint = await serveEndpoint({ port: 0, services: [ecs.wire], unsigned: { '/_ecs/': ecs.agentWire } });
  url = endpoint.url;
  await create(ecs, 'AWS::ECS::Cluster', 'Cluster', { ClusterName: 'c', CapacityProviders: ['FARGATE'] });
  const client = new ECSClient({
    region: 'eu-west-1',
    endpoint: url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });

  async function stop(): Promise<void> {
    client.destroy();
    await ecs.stop();
    await endpoint.close();
    if (database.isOpen) database.close();
  }
  return {
    folder,
    url,
    client,
    ecs,
    events,
    logs,
    eventsOf: (taskArn) =>
      events
        .filter(({ detailType }) => detailType === 'ECS Task State Change')
        .map(({ detail }) => detail as unknown as TaskDetail)
        .filter((detail) => detail.taskArn === taskArn),
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Creates a resource through its provider, as the stack of the template does. */
export async function create(ecs: EcsService, type: string, logicalId: string, properties: Record<string, unknown>) {
  const provider = ecs.providers.find((each) => each.type === type);
  if (!provider) throw new Error(`There is no provider of ${type}.`);
  return provider.create({ logicalId, properties, generatedName: `stack-${logicalId}`, stackName: 'stack' });
}

/** A task definition in CloudFormation's spelling whose one container runs `script`. */
export function definitionOf(
  script: string,
  container: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
) {
  return {
    Family: 'worker',
    RequiresCompatibilities: ['FARGATE'],
    NetworkMode: 'awsvpc',
    Cpu: '256',
    Memory: '512',
    TaskRoleArn: TASK_ROLE,
    ...more,
    ContainerDefinitions: [
      {
        Name: 'worker',
        Image: IMAGE,
        Command: [script],
        LogConfiguration: {
          LogDriver: 'awslogs',
          Options: { 'awslogs-group': 'tasks', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'w' },
        },
        ...container,
      },
    ],
  };
}

/** Registers it under the family `worker`, and gives the ARN. */
export async function register(harness: Harness, script: string, container = {}, more = {}): Promise<string> {
  const { ref } = await create(
    harness.ecs,
    'AWS::ECS::TaskDefinition',
    'Definition',
    definitionOf(script, container, more),
  );
  return ref;
}

/** A script that says `up`, and then stays until SIGTERM, which it obeys. */
export const STAY = `console.log('up'); setInterval(() => {}, 1000);`;
