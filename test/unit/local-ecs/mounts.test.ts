import { describe, expect, it } from 'vitest';
import { mapPath } from '../../../infra/local/ecs/process/mounts.ts';

const MOUNTS = [
  { containerPath: '/mnt', folder: '/host/a' },
  { containerPath: '/mnt/results/', folder: '/host/b' },
];

describe('a path inside a container', () => {
  it.each([
    ['/mnt', '/host/a'],
    ['/mnt/x/y', '/host/a/x/y'],
    ['/mnt/results', '/host/b'],
    ['/mnt/results/x', '/host/b/x'],
    ['/mntx', '/mntx'],
    ['file:/mnt', 'file:/mnt'],
  ])('%s is %s', (value, expected) => {
    expect(mapPath(value, MOUNTS)).toBe(expected);
  });
});
