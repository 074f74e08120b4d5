import type { GuardedResources } from '../iam/guarded-resource.ts';
import type { ResourceProvider } from '../service.ts';
import { instanceShells } from './autoscaling.ts';
import { ec2Shells } from './ec2.ts';
import { ecrShells } from './ecr.ts';
import { type AccessPoint, fileSystems } from './efs.ts';
import { type Role, roles } from './iam.ts';
import { kmsShells } from './kms.ts';
import { remembered } from './remembered.ts';
import { shellProvider } from './shell.ts';

export interface ShellsOptions {
  readonly region: string;
  /** File systems are folders below it. */
  readonly directory: string;
}

export interface Shells {
  readonly providers: readonly ResourceProvider[];
  /** The folder of a file system, or of one of its access points. Throws when the stack has no such one. */
  filesystem(fileSystemId: string, accessPointId?: string): string;
  /** What an access point's ARN leads to. Throws when the stack has no such one. */
  accessPoint(arn: string): AccessPoint;
  /** The stack's roles with their policies. */
  roles(): Role[];
  /** Keys, file systems and repositories with their policies, by the service in their ARNs. */
  readonly guarded: Readonly<Record<'kms' | 'elasticfilesystem' | 'ecr', GuardedResources>>;
  /** The key that an alias of the stack stands for. */
  keyOfAlias(alias: string): string | undefined;
}

/** The types whose resources have policies of their own, and the property that holds them. */
const POLICIES = {
  'AWS::KMS::Key': ['kms', 'KeyPolicy'],
  'AWS::EFS::FileSystem': ['elasticfilesystem', 'FileSystemPolicy'],
  'AWS::ECR::Repository': ['ecr', 'RepositoryPolicyText'],
} as const;

/** Providers of the resources that have an ID here and no behaviour of their own. */
export function shellProviders({ region, directory }: ShellsOptions): Shells {
  const files = fileSystems(directory, region);
  const iam = roles();
  const kms = kmsShells(region);
  const shells = [...ec2Shells, ...instanceShells(region), ...ecrShells(region), ...kms.shells];
  const guarded: Partial<Record<keyof Shells['guarded'], GuardedResources>> = {};
  const providers = [...shells.map(shellProvider), ...files.providers].map((provider) => {
    if (!isGuarded(provider.type)) return provider;
    const [service, property] = POLICIES[provider.type];
    const kept = remembered(provider, property);
    guarded[service] = kept.guarded;
    return kept.provider;
  });
  const nothing: GuardedResources = { find: () => undefined, list: () => [] };
  return {
    providers: [...providers, ...iam.providers],
    filesystem: files.folderOf,
    accessPoint: files.at,
    roles: iam.list,
    guarded: { kms: nothing, elasticfilesystem: nothing, ecr: nothing, ...guarded },
    keyOfAlias: kms.keyOfAlias,
  };
}

function isGuarded(type: string): type is keyof typeof POLICIES {
  return type in POLICIES;
}
