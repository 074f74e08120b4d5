import { arn } from '../account.ts';
import { hash, hexId, type Shell, uuid } from './shell.ts';

/** Instances: none is started here, tasks run on this machine. */
export function instanceShells(region: string): readonly Shell[] {
  return [
    {
      type: 'AWS::EC2::LaunchTemplate',
      ref: (_properties, resource) => hexId('lt', resource),
      // On AWS a change makes a new version; here nothing is launched from any.
      attributes: (ref) => ({ LaunchTemplateId: ref, DefaultVersionNumber: '1', LatestVersionNumber: '1' }),
      properties: ['LaunchTemplateData', 'LaunchTemplateName', 'TagSpecifications', 'VersionDescription'],
      required: ['LaunchTemplateData'],
    },
    {
      type: 'AWS::AutoScaling::AutoScalingGroup',
      ref: (properties, resource) => String(properties.AutoScalingGroupName ?? resource.generatedName),
      attributes: (ref) => ({
        AutoScalingGroupARN: arn('autoscaling', region, `autoScalingGroup:${uuidOf(ref)}:autoScalingGroupName/${ref}`),
      }),
      properties: [
        'AutoScalingGroupName',
        'AvailabilityZoneDistribution',
        'AvailabilityZones',
        'CapacityRebalance',
        'Context',
        'Cooldown',
        'DefaultInstanceWarmup',
        'DesiredCapacity',
        'DesiredCapacityType',
        'HealthCheckGracePeriod',
        'HealthCheckType',
        'InstanceMaintenancePolicy',
        'LaunchTemplate',
        'LifecycleHookSpecificationList',
        'MaxInstanceLifetime',
        'MaxSize',
        'MetricsCollection',
        'MinSize',
        'MixedInstancesPolicy',
        'NewInstancesProtectedFromScaleIn',
        'NotificationConfigurations',
        'PlacementGroup',
        'ServiceLinkedRoleARN',
        'Tags',
        'TerminationPolicies',
        'VPCZoneIdentifier',
      ],
      required: ['MaxSize', 'MinSize'],
    },
    {
      type: 'AWS::IAM::InstanceProfile',
      ref: (properties, resource) => String(properties.InstanceProfileName ?? resource.generatedName),
      attributes: (ref) => ({ Arn: arn('iam', '', `instance-profile/${ref}`), InstanceProfileId: idOf(ref) }),
      properties: ['InstanceProfileName', 'Path', 'Roles'],
      required: ['Roles'],
    },
  ];
}

const uuidOf = (name: string) => uuid({ logicalId: name, properties: {}, generatedName: name, stackName: name });
const idOf = (name: string) => `AIPA${hash(name).slice(0, 17).toUpperCase()}`;
