import { ACCOUNT_ID, arn } from '../account.ts';
import type { Shell } from './shell.ts';

/** Image repositories: images are built files here, nothing is pushed. */
export function ecrShells(region: string): readonly Shell[] {
  return [
    {
      type: 'AWS::ECR::Repository',
      // Names of repositories have no capitals.
      ref: (properties, resource) => String(properties.RepositoryName ?? resource.generatedName.toLowerCase()),
      attributes: (ref) => ({
        Arn: arn('ecr', region, `repository/${ref}`),
        RepositoryUri: `${ACCOUNT_ID}.dkr.ecr.${region}.amazonaws.com/${ref}`,
      }),
      properties: [
        'EmptyOnDelete',
        'EncryptionConfiguration',
        'ImageScanningConfiguration',
        'ImageTagMutability',
        'ImageTagMutabilityExclusionFilters',
        'LifecyclePolicy',
        'RepositoryName',
        'RepositoryPolicyText',
        'Tags',
      ],
    },
  ];
}
