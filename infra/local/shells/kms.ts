import { arn } from '../account.ts';
import { type Shell, uuid } from './shell.ts';

/** Keys: nothing is encrypted here, but who may use one is asked all the same. */
export function kmsShells(region: string): {
  readonly shells: readonly Shell[];
  /** The key that an alias stands for. */
  keyOfAlias(alias: string): string | undefined;
} {
  const aliases = new Map<string, string>();
  const shells: Shell[] = [
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
      ref(properties) {
        aliases.set(String(properties.AliasName), String(properties.TargetKeyId));
        return String(properties.AliasName);
      },
      properties: ['AliasName', 'TargetKeyId'],
      required: ['AliasName', 'TargetKeyId'],
    },
  ];
  return { shells, keyOfAlias: (alias) => aliases.get(alias) };
}
