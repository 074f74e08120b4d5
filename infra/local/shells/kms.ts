import { arn } from '../account.ts';
import { type Shell, uuid } from './shell.ts';

/** Keys: nothing is encrypted here. */
export function kmsShells(region: string): readonly Shell[] {
  return [
    {
      type: 'AWS::KMS::Key',
      ref: (_properties, resource) => uuid(resource),
      attributes: (ref) => ({ KeyId: ref, Arn: arn('kms', region, `key/${ref}`) }),
      properties: [
        'BypassPolicyLockoutSafetyCheck',
        'Description',
        'Enabled',
        'EnableKeyRotation',
        'KeyPolicy',
        'KeySpec',
        'KeyUsage',
        'MultiRegion',
        'Origin',
        'PendingWindowInDays',
        'RotationPeriodInDays',
        'Tags',
      ],
    },
    {
      type: 'AWS::KMS::Alias',
      ref: (properties) => String(properties.AliasName),
      properties: ['AliasName', 'TargetKeyId'],
      required: ['AliasName', 'TargetKeyId'],
    },
  ];
}
