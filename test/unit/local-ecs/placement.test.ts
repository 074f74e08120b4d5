import { describe, expect, it } from 'vitest';
import type { TaskRequest } from '../../../infra/local/ecs/new-task.ts';
import { placeTask } from '../../../infra/local/ecs/placement.ts';
import { checkTaskDefinition, sizeOf, taskDefinitionInput } from '../../../infra/local/ecs/task-definition.ts';

const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

interface Choice {
  readonly compatibility?: string;
  readonly networkMode?: string;
  readonly providers?: readonly string[];
  readonly request?: Partial<TaskRequest>;
}

function requestOf({ compatibility = 'FARGATE', networkMode = 'awsvpc', providers = [], request = {} }: Choice) {
  const content = taskDefinitionInput.parse({
    family: 'job',
    containerDefinitions: [{ name: 'worker', image: 'image' }],
    cpu: '1024',
    memory: '2048',
    networkMode,
    requiresCompatibilities: [compatibility],
  });
  const cluster = {
    name: 'main',
    settings: [],
    capacityProviders: providers,
    defaultCapacityProviderStrategy: providers.slice(0, 1).map((capacityProvider) => ({ capacityProvider, weight: 1 })),
    tags: [],
  };
  const definition = {
    ...content,
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/job:1',
    revision: 1,
    status: 'ACTIVE' as const,
    registeredAt: 0,
  };
  return {
    cluster,
    definition,
    group: 'family:job',
    capacityProviderStrategy: [],
    overrides: { containerOverrides: [] },
    enableExecuteCommand: false,
    tags: [],
    ...request,
  } satisfies TaskRequest;
}

const withNetwork = { networkConfiguration: NETWORK };

describe('a task is placed', () => {
  it.each<[string, Choice, object]>([
    [
      'by the cluster’s strategy on Fargate',
      { providers: ['FARGATE_SPOT'], request: withNetwork },
      { launchType: 'FARGATE', capacityProviderName: 'FARGATE_SPOT' },
    ],
    [
      'on instances of a capacity provider of the cluster',
      { compatibility: 'EC2', providers: ['mine'], request: withNetwork },
      { launchType: 'EC2', capacityProviderName: 'mine' },
    ],
    [
      'on a machine outside',
      { compatibility: 'EXTERNAL', networkMode: 'bridge', request: { launchType: 'EXTERNAL' } },
      { launchType: 'EXTERNAL' },
    ],
  ])('%s', (_how, choice, expected) => {
    expect(placeTask(requestOf(choice), 0)).toEqual(expected);
  });

  it.each<[string, Choice]>([
    ['No Container Instances were found in your cluster.', { request: { launchType: 'EC2', ...withNetwork } }],
    [
      "The specified capacity provider 'gone' was not found.",
      { request: { ...withNetwork, capacityProviderStrategy: [{ capacityProvider: 'gone', weight: 1 }] } },
    ],
    [
      'Task definition does not support launch_type FARGATE.',
      { compatibility: 'EC2', request: { launchType: 'FARGATE', ...withNetwork } },
    ],
    [
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      { request: { launchType: 'FARGATE' } },
    ],
    [
      'Network Configuration is not valid for the given networkMode of this task definition.',
      { compatibility: 'EXTERNAL', networkMode: 'bridge', request: { launchType: 'EXTERNAL', ...withNetwork } },
    ],
    [
      'Assign public IP is not supported for this launch type.',
      {
        compatibility: 'EC2',
        providers: ['mine'],
        request: {
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], assignPublicIp: 'ENABLED' } },
        },
      },
    ],
    [
      'Ephemeral storage is only supported for tasks that run on Fargate.',
      {
        compatibility: 'EC2',
        providers: ['mine'],
        request: { ...withNetwork, overrides: { containerOverrides: [], ephemeralStorage: { sizeInGiB: 30 } } },
      },
    ],
  ])('or refused: %s', (message, choice) => {
    expect(() => placeTask(requestOf(choice), 0)).toThrow(message);
  });
});

describe('a task definition', () => {
  const definition = (more: object) =>
    taskDefinitionInput.parse({ family: 'job', containerDefinitions: [{ name: 'worker', image: 'image' }], ...more });

  it('has any size where it is not Fargate’s', () => {
    const size = { cpu: '3000', memory: '5000' };
    expect(sizeOf(definition({ ...size, requiresCompatibilities: ['EC2'] }))).toEqual({ cpu: 3000, memory: 5000 });
    expect(() => sizeOf(definition({ ...size, requiresCompatibilities: ['FARGATE'] }))).toThrow(
      'No Fargate configuration',
    );
  });

  it('has no network interface on a machine outside', () => {
    const external = { networkMode: 'awsvpc', requiresCompatibilities: ['EXTERNAL'] };
    expect(() => checkTaskDefinition(definition(external))).toThrow("Network mode 'awsvpc' is not supported");
  });

  it('may depend on its log router, and on nothing else here', () => {
    const worker = { name: 'worker', image: 'image', logConfiguration: { logDriver: 'awsfirelens' } };
    const router = { name: 'router', image: 'fluent-bit', firelensConfiguration: { type: 'fluentbit' } };
    const dependsOn = (containerName: string) => [{ containerName, condition: 'HEALTHY' }];
    const check = (...containerDefinitions: object[]) =>
      checkTaskDefinition(taskDefinitionInput.parse({ family: 'job', containerDefinitions }));
    expect(() => check({ ...worker, dependsOn: dependsOn('router') }, router)).not.toThrow();
    expect(() => check({ ...worker, dependsOn: dependsOn('other') }, router)).toThrow("cannot depend on 'other'");
    expect(() => check(worker)).toThrow('must contain a FireLens container');
  });
});
