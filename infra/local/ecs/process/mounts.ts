/** A folder of this machine that stands for a path inside a container. */
export interface Mount {
  readonly containerPath: string;
  readonly folder: string;
}

/**
 * A process has no mounts of its own: a value that is a mount's path, or a path below it, becomes the folder behind it.
 * The longest path that fits decides.
 */
export function mapPath(value: string, mounts: readonly Mount[]): string {
  const [mount] = mounts
    .map(({ containerPath, folder }) => ({ path: containerPath.replace(/\/+$/, ''), folder }))
    .filter(({ path }) => value === path || value.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length);
  return mount ? mount.folder + value.slice(mount.path.length) : value;
}
