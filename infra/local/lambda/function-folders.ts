import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from '../ecs/process/mounts.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** A file system as a function mounts it: through an access point. */
export interface FunctionFileSystem {
  /** Of the file system. */
  readonly arn: string;
  readonly accessPointArn: string;
  /** Of this machine. */
  readonly folder: string;
}

/** What paths of a function are here: `/tmp`, empty at every boot, and its file systems. Without a `directory` `/tmp` is itself. */
export function functionFolders(
  directory: string | undefined,
  fileSystemAt: (accessPointArn: string) => FunctionFileSystem,
): (definition: FunctionDefinition) => readonly Mount[] {
  const temporary = new Map<string, readonly Mount[]>();

  function temporaryOf(name: string): readonly Mount[] {
    if (directory === undefined) return [];
    const known = temporary.get(name);
    if (known) return known;
    const folder = join(directory, name, 'tmp');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const mounts = [{ containerPath: '/tmp', folder }];
    temporary.set(name, mounts);
    return mounts;
  }

  return ({ name, fileSystems }) => [
    ...temporaryOf(name),
    ...fileSystems.map(({ arn, localMountPath }) => ({
      containerPath: localMountPath,
      folder: fileSystemAt(arn).folder,
    })),
  ];
}
