import { describe, expect, test } from 'vitest';
import { CONTAINER_NAME } from '../../core/launch.ts';
import { isFargateSize } from '../../core/task-size.ts';
import { environmentOf, raw, resolved } from './template.ts';

const COMMANDS = [
  ['WorkerTaskDefinition', 'service'],
  ['JobTaskDefinition', 'task'],
  ['SweepTaskDefinition', 'sweep'],
] as const;

describe.each(COMMANDS)('%s', (definition, command) => {
  const container = () => resolved('dev', definition).ContainerDefinitions[0];

  test('runs the one container with its command, in exec form', () => {
    expect(resolved('dev', definition).ContainerDefinitions).toHaveLength(1);
    expect(container()).toMatchObject({ Name: CONTAINER_NAME, Command: [command], Essential: true });
    expect(container()).not.toHaveProperty('EntryPoint');
  });

  test('has a size that Fargate offers', () => {
    for (const stage of ['dev', 'custom'] as const) {
      const { Cpu, Memory, NetworkMode, RequiresCompatibilities } = resolved(stage, definition);
      expect(isFargateSize({ cpu: Number(Cpu), memory: Number(Memory) })).toBe(true);
      expect({ NetworkMode, RequiresCompatibilities }).toEqual({
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
      });
    }
  });

  test('has no rights on its machine', () => {
    expect(container()).toMatchObject({
      User: '10001:10001',
      Privileged: false,
      ReadonlyRootFilesystem: true,
      LinuxParameters: { InitProcessEnabled: true, Capabilities: { Drop: ['ALL'] } },
    });
    expect(resolved('dev', definition)).not.toHaveProperty('PidMode');
  });

  test('takes its image from the stage’s repository, or from where it is told', () => {
    expect(container().Image).toMatch(
      /^123456789012\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/slipway\/dev:\d+\.\d+\.\d+$/,
    );
    expect(resolved('custom', definition).ContainerDefinitions[0].Image).toBe(
      `210987654321.dkr.ecr.eu-central-1.amazonaws.com/slipway/dev@sha256:${'0'.repeat(64)}`,
    );
  });

  test('is stopped within Fargate’s longest grace, and its own is shorter', () => {
    const { StopTimeout } = container();
    expect(StopTimeout).toBeLessThanOrEqual(120);
    const { DRAIN_SECONDS = '0' } = environmentOf('dev', definition);
    expect(Number(DRAIN_SECONDS) + 10).toBeLessThanOrEqual(StopTimeout);
  });

  test('logs without holding up its work', () => {
    expect(container().LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { 'awslogs-group': 'WorkerLogGroup', mode: 'non-blocking' },
    });
  });
});

describe.each(['WorkerTaskDefinition', 'JobTaskDefinition'])('%s', (definition) => {
  test('mounts what its settings name: the file system over TLS with IAM, and empty volumes', () => {
    const { Volumes, ContainerDefinitions } = resolved('dev', definition);
    const volumes = new Map<string, object>(Volumes.map((volume: { Name: string }) => [volume.Name, volume]));
    const mounts = ContainerDefinitions[0].MountPoints.map(
      ({ ContainerPath, SourceVolume }: { ContainerPath: string; SourceVolume: string }) => [
        ContainerPath,
        volumes.get(SourceVolume),
      ],
    );
    const { RESULTS_DIRECTORY = '', SCRATCH_DIRECTORY = '' } = environmentOf('dev', definition);
    expect(Object.fromEntries(mounts)).toEqual({
      [SCRATCH_DIRECTORY]: { Name: 'scratch' },
      '/tmp': { Name: 'tmp' },
      [RESULTS_DIRECTORY]: {
        Name: 'results',
        EFSVolumeConfiguration: {
          FilesystemId: 'ResultsFileSystem',
          TransitEncryption: 'ENABLED',
          AuthorizationConfig: { AccessPointId: 'ResultsAccessPoint', IAM: 'ENABLED' },
        },
      },
    });
  });

  test('limits the task and not the container, which a larger launch could not lift', () => {
    expect(raw('dev', definition).ContainerDefinitions[0]).not.toHaveProperty('Memory');
  });
});

test('the file system belongs to the user of the image, and a mount target is in each zone', () => {
  const { PosixUser, RootDirectory } = raw('dev', 'ResultsAccessPoint');
  expect(PosixUser).toEqual({ Uid: '10001', Gid: '10001' });
  expect(RootDirectory.Path).not.toBe('/');
  const zones = ['A', 'B'].map((zone) => {
    const subnet = raw('dev', `ResultsMountTarget${zone}`).SubnetId.Ref;
    return resolved('dev', subnet).AvailabilityZone;
  });
  expect(new Set(zones).size).toBe(2);
});

describe('the service', () => {
  test('replaces a version without a gap, and takes a broken one back', () => {
    expect(raw('dev', 'WorkerService')).toMatchObject({
      EnableExecuteCommand: false,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });

  test.each([
    ['dev', 1, 0, 1],
    ['prod', 2, 1, 1],
  ] as const)('on stage %s has %d tasks on demand, then on demand : Spot as %d : %d', (stage, base, demand, spot) => {
    expect(raw(stage, 'WorkerService').CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE', Base: base, Weight: demand },
      { CapacityProvider: 'FARGATE_SPOT', Weight: spot },
    ]);
  });
});
