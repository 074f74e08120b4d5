import { describe, expect, test } from 'vitest';
import { serviceSettings } from '../../aws/settings.ts';
import { isFargateSize } from '../../core/task-size.ts';
import { PROFILES } from '../../infra/profiles.ts';
import { environmentOf, ofType, raw, rawTemplate, resolved, resources, type Stage } from './template.ts';

const NAMES = PROFILES.map(({ name }) => name);
const ids = (stage: Stage, type: string) => ofType(stage, type).map(({ logicalId }) => logicalId);
const hasNetwork = (stage: Stage) => stage !== 'external';

/** What is lost when its logical ID changes. */
const STATEFUL = [
  'AWS::S3::Bucket',
  'AWS::EFS::FileSystem',
  'AWS::EFS::AccessPoint',
  'AWS::SQS::Queue',
  'AWS::SNS::Topic',
];

describe.each(NAMES)('profile %s', (stage) => {
  test('has the stateful resources of every other, under the same names', () => {
    const stateful = (of: Stage) => STATEFUL.flatMap((type) => ids(of, type)).filter((id) => id !== 'AccessLogBucket');
    const expected = stateful('dev').filter(
      (id) => hasNetwork(stage) || !id.startsWith('Results') || id === 'ResultsBucket',
    );
    expect(stateful(stage)).toEqual(expected);
  });

  test('keeps what holds data when the stack goes, keys included', () => {
    const held = resources(stage).filter(({ type }) =>
      ['AWS::S3::Bucket', 'AWS::EFS::FileSystem', 'AWS::SQS::Queue', 'AWS::KMS::Key'].includes(type),
    );
    for (const { logicalId, deletionPolicy, updateReplacePolicy } of held) {
      if (logicalId === 'ServerlessDeploymentBucket') continue;
      expect([logicalId, deletionPolicy, updateReplacePolicy]).toEqual([logicalId, 'Retain', 'Retain']);
    }
  });

  test('hides a message for longer than a heartbeat, and outlives it in the dead-letter queue', () => {
    const { VISIBILITY_SECONDS } = serviceSettings(environmentOf(stage, 'WorkerTaskDefinition'));
    const { VisibilityTimeout, MessageRetentionPeriod } = resolved(stage, 'JobQueue');
    expect(VisibilityTimeout).toBe(VISIBILITY_SECONDS);
    expect(VISIBILITY_SECONDS / 3).toBeLessThan(VisibilityTimeout);
    for (const queue of ['JobDeadLetterQueue', 'LaunchDeadLetterQueue']) {
      expect(resolved(stage, queue).MessageRetentionPeriod).toBeGreaterThan(MessageRetentionPeriod);
    }
  });

  test('sends every size to one queue and no size to both', () => {
    const [small, missing] = raw(stage, 'SmallObjectRule').EventPattern.detail.object.$or;
    const [large] = raw(stage, 'LargeObjectRule').EventPattern.detail.object.size;
    expect(small.size[0].numeric).toEqual(['<=', large.numeric[1]]);
    expect(large.numeric[0]).toBe('>');
    expect(missing).toEqual({ size: [{ exists: false }] });
  });

  test('launches tasks as its service does', () => {
    const environment = environmentOf(stage, 'OnScheduleLambdaFunction');
    const service = resolved(stage, 'WorkerService');
    const network = service.NetworkConfiguration?.AwsvpcConfiguration;
    expect(environment.SUBNETS).toBe((network?.Subnets ?? []).join(','));
    expect(environment.SECURITY_GROUPS).toBe((network?.SecurityGroups ?? []).join(','));
    expect(environment.ASSIGN_PUBLIC_IP).toBe(network?.AssignPublicIp ?? '');
    expect(environment.LAUNCH_TYPE).toBe(service.LaunchType ?? '');
    expect('LaunchType' in service).not.toBe('CapacityProviderStrategy' in service);
  });

  test('has tasks that what they run on can take', () => {
    const compatibility = { ec2: 'EC2', external: 'EXTERNAL' }[stage as string] ?? 'FARGATE';
    for (const { properties } of ofType(stage, 'AWS::ECS::TaskDefinition')) {
      expect(properties.RequiresCompatibilities).toEqual([compatibility]);
      expect(properties.NetworkMode).toBe(hasNetwork(stage) ? 'awsvpc' : 'bridge');
      expect(isFargateSize({ cpu: Number(properties.Cpu), memory: Number(properties.Memory) })).toBe(true);
    }
    const { LARGEST_CPU, LARGEST_MEMORY, LARGEST_SCRATCH_GIB } = environmentOf(stage, 'OnObjectCreatedLambdaFunction');
    expect(isFargateSize({ cpu: Number(LARGEST_CPU), memory: Number(LARGEST_MEMORY) })).toBe(true);
    expect(LARGEST_SCRATCH_GIB).toBe(compatibility === 'FARGATE' ? '200' : '0');
  });

  test('has a mount target in every zone of its tasks, or no file system', () => {
    const subnets = resolved(stage, 'WorkerService').NetworkConfiguration?.AwsvpcConfiguration.Subnets ?? [];
    const mounted = ids(stage, 'AWS::EFS::MountTarget').map((id) => resolved(stage, id).SubnetId);
    expect(mounted).toEqual(subnets);
    expect(ids(stage, 'AWS::EFS::FileSystem')).toHaveLength(hasNetwork(stage) ? 1 : 0);
  });

  test('names only resources that it has in what its service waits for', () => {
    const known = new Set(resources(stage).map(({ logicalId }) => logicalId));
    const { DependsOn } = rawTemplate(stage).Resources.WorkerService;
    expect(DependsOn.filter((id: string) => !known.has(id))).toEqual([]);
    for (const mountTarget of ids(stage, 'AWS::EFS::MountTarget')) expect(DependsOn).toContain(mountTarget);
  });
});

describe('networks', () => {
  test('public: tasks have addresses, and no endpoint is paid for', () => {
    expect(raw('dev', 'WorkerService').NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('ENABLED');
    const paid = ofType('dev', 'AWS::EC2::VPCEndpoint').filter(
      ({ properties }) => properties.VpcEndpointType !== 'Gateway',
    );
    expect(paid).toEqual([]);
    expect(ids('dev', 'AWS::EC2::NatGateway')).toEqual([]);
  });

  test.each(['prod', 'ec2'] as const)('private (%s): no route out and no public address', (stage) => {
    for (const type of ['InternetGateway', 'Route', 'NatGateway', 'EIP', 'EgressOnlyInternetGateway']) {
      expect(ids(stage, `AWS::EC2::${type}`)).toEqual([]);
    }
    expect(raw(stage, 'WorkerService').NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    for (const { properties } of ofType(stage, 'AWS::EC2::Subnet')) expect(properties.MapPublicIpOnLaunch).toBe(false);
  });

  test('private: every API that a task’s role may call has an endpoint in every zone', () => {
    const endpoints = (stage: Stage) =>
      ids(stage, 'AWS::EC2::VPCEndpoint').map((id) =>
        resolved(stage, id).ServiceName.replace('com.amazonaws.eu-west-1.', ''),
      );
    const called = ['ecr.api', 'ecr.dkr', 'ecs', 'logs', 's3', 'sns', 'sqs'];
    expect(endpoints('prod').toSorted()).toEqual(called);
    expect(endpoints('ec2').toSorted()).toEqual([...called, 'ecs-agent', 'ecs-telemetry'].toSorted());
    for (const { properties } of ofType('prod', 'AWS::EC2::VPCEndpoint')) {
      if (properties.VpcEndpointType === 'Gateway') continue;
      expect(properties.SubnetIds).toEqual([{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }]);
      expect(properties.PrivateDnsEnabled).toBe(true);
    }
  });

  test('public and private are the same subnets: a stage can change from one to the other', () => {
    for (const subnet of ['SubnetA', 'SubnetB']) expect(raw('prod', subnet)).toEqual(raw('dev', subnet));
  });

  test('three zones: a subnet, a way out and a mount target in each', () => {
    const zones = ids('arm64', 'AWS::EC2::Subnet').map((id) => resolved('arm64', id).AvailabilityZone);
    expect(zones).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    const routed = ofType('arm64', 'AWS::EC2::SubnetRouteTableAssociation').map(
      ({ properties }) => properties.SubnetId.Ref,
    );
    expect(routed).toEqual(ids('arm64', 'AWS::EC2::Subnet'));
  });

  test('existing: nothing of a network is made but security groups', () => {
    const made = resources('existing').filter(({ type }) => /^AWS::EC2::(?!SecurityGroup)/.test(type));
    expect(made).toEqual([]);
    expect(raw('existing', 'TaskSecurityGroup').VpcId).toBe('vpc-0a1b2c3d4e5f60718');
  });

  test('nobody can connect to a task', () => {
    for (const stage of NAMES.filter(hasNetwork)) {
      expect(raw(stage, 'TaskSecurityGroup').SecurityGroupIngress).toBeUndefined();
      const opened = ofType(stage, 'AWS::EC2::SecurityGroupIngress').map(({ properties }) => properties.GroupId.Ref);
      expect(opened).not.toContain('TaskSecurityGroup');
    }
  });
});

test('dev has nothing of prod in it: no key, no endpoint that is paid for, no third zone, no group of instances', () => {
  const types = new Set(resources('dev').map(({ type }) => type));
  for (const type of ['AWS::KMS::Key', 'AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::FlowLog']) {
    expect(types).not.toContain(type);
  }
  expect(ids('dev', 'AWS::EC2::Subnet')).toEqual(['SubnetA', 'SubnetB']);
  expect(JSON.stringify(rawTemplate('dev'))).not.toMatch(/AWS::NoValue|firelens|KmsKey/i);
});

describe('arm64', () => {
  test('is said of functions and tasks', () => {
    for (const { properties } of ofType('arm64', 'AWS::Lambda::Function')) {
      expect(properties.Architectures).toEqual(['arm64']);
    }
    for (const { properties } of ofType('arm64', 'AWS::ECS::TaskDefinition')) {
      expect(properties.RuntimePlatform.CpuArchitecture).toBe('ARM64');
    }
    expect(raw('dev', 'WorkerTaskDefinition').RuntimePlatform.CpuArchitecture).toBe('X86_64');
  });

  test('and capacity fargate has no Spot', () => {
    expect(raw('arm64', 'WorkerService').CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'FARGATE', Weight: 1 },
    ]);
  });
});
