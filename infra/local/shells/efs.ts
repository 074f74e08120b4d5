import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { arn } from '../account.ts';
import { type ResourceProvider, resourceProvider } from '../service.ts';
import { hash, hexId, type Shell, shellProvider } from './shell.ts';

export interface FileSystems {
  readonly providers: readonly ResourceProvider[];
  /** The folder that stands for a file system, or for the root directory of one of its access points. */
  folderOf(fileSystemId: string, accessPointId?: string): string;
  /** What an access point's ARN leads to. Throws when there is no such one. */
  at(accessPointArn: string): AccessPoint;
}

/** An access point, its file system and the folder that stands for its root directory. */
export interface AccessPoint {
  readonly arn: string;
  readonly accessPointArn: string;
  readonly folder: string;
}

/** File systems with their policies: permissions and encryption are not kept here, the data is. */
const fileSystemShell = (region: string): Shell => ({
  type: 'AWS::EFS::FileSystem',
  ref: (_properties, resource) => hexId('fs', resource),
  attributes: (ref) => ({ FileSystemId: ref, Arn: arn('elasticfilesystem', region, `file-system/${ref}`) }),
  properties: [
    'AvailabilityZoneName',
    'BackupPolicy',
    'BypassPolicyLockoutSafetyCheck',
    'Encrypted',
    'FileSystemPolicy',
    'FileSystemProtection',
    'FileSystemTags',
    'KmsKeyId',
    'LifecyclePolicies',
    'PerformanceMode',
    'ProvisionedThroughputInMibps',
    'ReplicationConfiguration',
    'ThroughputMode',
  ],
});

const mountTargetShell: Shell = {
  type: 'AWS::EFS::MountTarget',
  ref: (_properties, resource) => hexId('fsmt', resource),
  attributes: (ref, properties) => ({ Id: ref, IpAddress: properties.IpAddress ?? addressOf(ref) }),
  properties: ['FileSystemId', 'IpAddress', 'IpAddressType', 'Ipv6Address', 'SecurityGroups', 'SubnetId'],
  required: ['FileSystemId', 'SecurityGroups', 'SubnetId'],
};

const accessPointProperties = z.strictObject({
  FileSystemId: z.string().min(1),
  RootDirectory: z
    .strictObject({
      Path: z
        .string()
        .regex(/^\/[^\0]*$/, 'expected a path that begins with /')
        .refine((path) => !path.split('/').includes('..'), 'expected a path without ..')
        .default('/'),
      // Files belong to whoever runs the stand-in.
      CreationInfo: z.unknown().optional(),
    })
    .prefault({}),
  PosixUser: z.unknown().optional(),
  // Tags do nothing locally.
  AccessPointTags: z.unknown().optional(),
  ClientToken: z.string().optional(),
});

/** EFS as folders below `directory`: one for each file system, which stays between boots. */
export function fileSystems(directory: string, region: string): FileSystems {
  const folders = new Map<string, string>();
  const accessPoints = new Map<string, { readonly fileSystemId: string; readonly folder: string }>();

  function folderOf(fileSystemId: string, accessPointId?: string): string {
    const folder = folders.get(fileSystemId);
    if (folder === undefined) throw new Error(`There is no file system ${fileSystemId}.`);
    if (accessPointId === undefined) return folder;
    const accessPoint = accessPoints.get(accessPointId);
    if (accessPoint?.fileSystemId !== fileSystemId) {
      throw new Error(`File system ${fileSystemId} has no access point ${accessPointId}.`);
    }
    return accessPoint.folder;
  }

  const fileSystem = shellProvider(fileSystemShell(region));
  return {
    folderOf,
    at(accessPointArn) {
      const accessPoint = accessPoints.get(accessPointArn.split('access-point/').at(-1) ?? '');
      if (accessPoint === undefined) throw new Error(`There is no access point ${accessPointArn}.`);
      const { fileSystemId, folder } = accessPoint;
      return { arn: arn('elasticfilesystem', region, `file-system/${fileSystemId}`), accessPointArn, folder };
    },
    providers: [
      {
        type: fileSystem.type,
        async create(resource) {
          const created = await fileSystem.create(resource);
          const folder = join(directory, 'efs', created.ref);
          mkdirSync(folder, { recursive: true });
          folders.set(created.ref, folder);
          return created;
        },
      },
      resourceProvider('AWS::EFS::AccessPoint', accessPointProperties, (wanted, resource) => {
        const id = hexId('fsap', resource);
        const folder = join(folderOf(wanted.FileSystemId), wanted.RootDirectory.Path);
        mkdirSync(folder, { recursive: true });
        accessPoints.set(id, { fileSystemId: wanted.FileSystemId, folder });
        return {
          ref: id,
          attributes: { AccessPointId: id, Arn: arn('elasticfilesystem', region, `access-point/${id}`) },
        };
      }),
      shellProvider(mountTargetShell),
    ],
  };
}

/** An address that nothing answers at. */
function addressOf(id: string): string {
  const digest = hash(id);
  return `10.0.${Number.parseInt(digest.slice(0, 2), 16)}.${Number.parseInt(digest.slice(2, 4), 16)}`;
}
