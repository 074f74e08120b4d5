import { describe, expect, test } from 'vitest';
import { environmentOf, ofType, raw, rawTemplate, resolved, statementsOf } from './template.ts';

describe('tasks on instances', () => {
  test('are placed by a capacity provider that protects and drains what it takes away', () => {
    const provider = { CapacityProvider: { Ref: 'InstanceCapacity' }, Weight: 1 };
    expect(raw('ec2', 'WorkerService').CapacityProviderStrategy).toEqual([provider]);
    expect(raw('ec2', 'ClusterCapacity')).toMatchObject({
      CapacityProviders: [{ Ref: 'InstanceCapacity' }],
      DefaultCapacityProviderStrategy: [provider],
    });
    expect(raw('ec2', 'InstanceCapacity').AutoScalingGroupProvider).toMatchObject({
      ManagedScaling: { Status: 'ENABLED' },
      ManagedTerminationProtection: 'ENABLED',
      ManagedDraining: 'ENABLED',
    });
    // Termination protection works on groups alone whose new instances are protected.
    expect(raw('ec2', 'InstanceGroup').NewInstancesProtectedFromScaleIn).toBe(true);
    expect(raw('ec2', 'WorkerService')).not.toHaveProperty('PlatformVersion');
  });

  test('cost nothing while there are none: the group begins at no instance, and nobody else sets its count', () => {
    const { MinSize, MaxSize, DesiredCapacity } = raw('ec2', 'InstanceGroup');
    expect({ MinSize, MaxSize, DesiredCapacity }).toEqual({ MinSize: '0', MaxSize: '20', DesiredCapacity: undefined });
  });

  test('come in several types of one architecture, a base on demand and Spot above it', () => {
    const { LaunchTemplate, InstancesDistribution } = raw('ec2', 'InstanceGroup').MixedInstancesPolicy;
    expect(LaunchTemplate.Overrides.length).toBeGreaterThan(1);
    expect(InstancesDistribution).toMatchObject({ OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 50 });
  });

  test('have an encrypted disk and keep their credentials from containers', () => {
    const { MetadataOptions, BlockDeviceMappings, UserData } = resolved('ec2', 'InstanceTemplate').LaunchTemplateData;
    expect(MetadataOptions).toEqual({ HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    for (const { Ebs } of BlockDeviceMappings) expect(Ebs.Encrypted).toBe(true);
    const script = Buffer.from(UserData, 'base64').toString();
    expect(script.split('\n')).toEqual(
      expect.arrayContaining([
        '#!/bin/bash',
        'ECS_CLUSTER=Cluster',
        'ECS_AWSVPC_BLOCK_IMDS=true',
        'ECS_DISABLE_PRIVILEGED=true',
        'ECS_ENABLE_SPOT_INSTANCE_DRAINING=true',
      ]),
    );
  });

  test('leave the agent no right on images, logs, queues or objects', () => {
    const actions = statementsOf('ec2', 'InstanceRole').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !action.startsWith('ecs:'))).toEqual([]);
  });

  test('are never larger than an instance of the smallest type', () => {
    expect(environmentOf('ec2', 'OnObjectCreatedLambdaFunction')).toMatchObject({
      LARGEST_CPU: '4096',
      LARGEST_MEMORY: '14336',
      LARGEST_SCRATCH_GIB: '0',
    });
  });
});

describe('tasks on machines outside AWS', () => {
  test('share a folder of the machine, and ask for no protection', () => {
    const { Volumes } = raw('external', 'WorkerTaskDefinition');
    expect(Volumes).toContainEqual({ Name: 'results', Host: { SourcePath: '/var/lib/slipway/results' } });
    expect(environmentOf('external', 'WorkerTaskDefinition').TASK_PROTECTION).toBe('off');
    expect(environmentOf('dev', 'WorkerTaskDefinition').TASK_PROTECTION).toBe('on');
  });

  test('are of a launch type, as there is no capacity provider for them', () => {
    expect(raw('external', 'WorkerService').LaunchType).toBe('EXTERNAL');
    expect(raw('external', 'Cluster')).not.toHaveProperty('CapacityProviders');
  });

  test('run on machines that Systems Manager vouches for, of this account alone', () => {
    const [trust] = resolved('external', 'ExternalInstanceRole').AssumeRolePolicyDocument.Statement;
    expect(trust).toMatchObject({
      Principal: { Service: 'ssm.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnEquals: { 'aws:SourceArn': 'arn:aws:ssm:eu-west-1:123456789012:*' },
      },
    });
    expect(rawTemplate('external').Outputs.ExternalInstanceRoleName.Value).toEqual({ Ref: 'ExternalInstanceRole' });
    expect(ofType('external', 'AWS::EC2::VPC')).toEqual([]);
  });
});
