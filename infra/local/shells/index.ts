import type { ResourceProvider } from '../service.ts';
import { ec2Shells } from './ec2.ts';
import { ecrShells } from './ecr.ts';
import { fileSystems } from './efs.ts';
import { type Role, roles } from './iam.ts';
import { kmsShells } from './kms.ts';
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
  /** The stack's roles with their policies, for whoever evaluates them one day. */
  roles(): Role[];
}

/** Providers of the resources that have an ID here and no behaviour of their own. */
export function shellProviders({ region, directory }: ShellsOptions): Shells {
  const files = fileSystems(directory, region);
  const iam = roles();
  const shells = [...ec2Shells, ...ecrShells(region), ...kmsShells(region)];
  return {
    providers: [...shells.map(shellProvider), ...files.providers, ...iam.providers],
    filesystem: files.folderOf,
    roles: iam.list,
  };
}
