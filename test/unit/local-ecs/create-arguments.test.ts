import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { containerDefinition } from '../../../infra/local/ecs/container-definition.ts';
import { type ContainerSpec, createArguments, handedOn } from '../../../infra/local/ecs/engine/create-arguments.ts';

function specOf(container: Record<string, unknown> = {}, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    containerName: 'slipway-t-worker',
    image: 'worker:local',
    container: containerDefinition.parse({ name: 'worker', image: 'registry.test/worker:1', ...container }),
    labels: {},
    environment: {},
    mounts: [],
    memoryBytes: 536_870_912,
    cpuUnits: 256,
    ...more,
  };
}

/** The values of an option, in order. */
function valuesOf(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []));
}

describe('the command that makes a container', () => {
  it('ends with the image and the command; what follows an entry point’s program comes before it', () => {
    expect(createArguments('podman', specOf({ command: ['service'] }), false).slice(-2)).toEqual([
      'worker:local',
      'service',
    ]);
    const args = createArguments('podman', specOf({ entryPoint: ['node', '-e'], command: ['1'] }), false);
    expect(args.slice(-5)).toEqual(['--entrypoint', 'node', 'worker:local', '-e', '1']);
  });

  it('gives the kernel the memory limit without swap, and no more CPU than the machine has', () => {
    const args = createArguments('docker', specOf(), false);
    expect(valuesOf(args, '--memory')).toEqual(['536870912b']);
    expect(valuesOf(args, '--memory-swap')).toEqual(['536870912b']);
    expect(valuesOf(args, '--cpus')).toEqual(['0.25']);
    const large = createArguments('docker', specOf({}, { cpuUnits: 1024 * 4096 }), false);
    expect(valuesOf(large, '--cpus')).toEqual([String(availableParallelism())]);
  });

  it('takes away what the definition takes away', () => {
    const container = {
      user: '10001:10001',
      readonlyRootFilesystem: 'true',
      linuxParameters: { initProcessEnabled: 'true', capabilities: { drop: ['ALL'], add: ['SYS_PTRACE'] } },
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: '4096' }],
    };
    const args = createArguments('podman', specOf(container), true);
    expect(valuesOf(args, '--user')).toEqual(['10001:10001']);
    expect(valuesOf(args, '--cap-drop')).toEqual(['ALL']);
    expect(valuesOf(args, '--cap-add')).toEqual(['SYS_PTRACE']);
    expect(valuesOf(args, '--ulimit')).toEqual(['nofile=1024:4096']);
    expect(args).toEqual(expect.arrayContaining(['--read-only', '--read-only-tmpfs=false', '--init']));
    // Docker has no such folders to forbid, and an engine may lack the first process.
    const other = createArguments('docker', specOf(container), false);
    expect(other).toContain('--read-only');
    expect(other).not.toContain('--read-only-tmpfs=false');
    expect(other).not.toContain('--init');
  });

  it('shows no value of the environment in a list of processes, and changes none of the engine’s own settings', () => {
    const environment = { AWS_SECRET_ACCESS_KEY: 'secret', JOB: '{"a":\n1}', HOME: '/scratch', PATH: '/bin' };
    const args = createArguments('podman', specOf({}, { environment }), false);
    expect(valuesOf(args, '--env')).toEqual(['AWS_SECRET_ACCESS_KEY', 'JOB', 'HOME=/scratch', 'PATH=/bin']);
    expect(handedOn(environment)).toEqual({ AWS_SECRET_ACCESS_KEY: 'secret', JOB: '{"a":\n1}' });
  });

  it('mounts folders and volumes, for reading only where that is said', () => {
    const mounts = [
      { source: '/data/efs', path: '/mnt/results', readOnly: true, shared: true },
      { source: 'slipway-t-scratch', path: '/scratch', readOnly: false, shared: false },
    ];
    expect(valuesOf(createArguments('podman', specOf({}, { mounts }), false), '--volume')).toEqual([
      '/data/efs:/mnt/results:ro',
      'slipway-t-scratch:/scratch',
    ]);
  });
});
