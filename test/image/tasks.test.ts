import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, IMAGE, register, startEcs } from '../integration/local-ecs/ecs-harness.ts';
import { describeTask, printed, runTask, stopped } from '../integration/local-ecs/run-task.ts';
import { until } from '../support/until.ts';
import { imageUnderTest } from './under-test.ts';

const { engine, image } = imageUnderTest();
const PATIENCE_MS = 30_000;
const ENTRY = { EntryPoint: ['node', '-e'], User: '10001:10001' };

let harness: Harness;
afterEach(() => harness?.remove());

function start(folder?: string): Promise<Harness> {
  const images = (uri: string) => (uri === IMAGE ? image : undefined);
  return startEcs({ containers: { engine, images }, ...(folder === undefined ? {} : { folder }) });
}

/** Containers and volumes of the engine that belong to a task. */
async function leftOf(arn: string | undefined): Promise<string[]> {
  const id = arn?.split('/').at(-1);
  const containers = await engine.run(['ps', '--all', '--format', '{{.Names}}']);
  const volumes = await engine.run(['volume', 'ls', '--format', '{{.Name}}']);
  return `${containers}\n${volumes}`.split('\n').filter((name) => name.includes(`slipway-${id}`));
}

describe('a task in a container', () => {
  it('has the environment of its definition, no other, and a life with the same events', async () => {
    harness = await start();
    await register(harness, 'console.log(JSON.stringify(process.env)); process.exitCode = 3', {
      ...ENTRY,
      Environment: [
        { Name: 'JOB', Value: '{"a": "two\\nlines", "b": 1}' },
        { Name: 'HOME', Value: '/scratch' },
      ],
    });
    const { arn } = await runTask(harness);
    expect(await stopped(harness, arn, PATIENCE_MS)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 3 }],
    });
    expect([...new Set(harness.eventsOf(arn).map(({ lastStatus }) => lastStatus))]).toEqual([
      ...['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'],
      ...['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'],
    ]);
    const environment = JSON.parse(printed(harness, arn)[0] ?? '{}');
    expect(environment).toMatchObject({
      JOB: '{"a": "two\\nlines", "b": 1}',
      HOME: '/scratch',
      AWS_ENDPOINT_URL: harness.url,
      AWS_ACCESS_KEY_ID: 'key-of-task',
      PATH: '/usr/local/bin:/usr/bin',
    });
    const foreign = Object.keys(process.env).filter((name) => name in environment && !['PATH', 'HOME'].includes(name));
    expect(
      foreign.filter((name) => environment[name] === process.env[name] && !/^(NODE_ENV|TERM)$/.test(name)),
    ).toEqual([]);
  });

  it('finds its agent, and the kernel holds it within the memory and rights of its definition', async () => {
    harness = await start();
    await register(
      harness,
      `fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + '/task').then((answer) => answer.json()).then(({ TaskARN }) => {
         const { readFileSync, existsSync, writeFileSync } = require('node:fs');
         const limit = ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'].find(existsSync);
         let root; try { writeFileSync('/x', ''); } catch (error) { root = error.code; }
         const [, capabilities] = /CapEff:\\s*(\\w+)/.exec(readFileSync('/proc/self/status', 'utf8'));
         console.log(JSON.stringify({ TaskARN, limit: limit && Number(readFileSync(limit)), root, capabilities, uid: process.getuid() }));
       });`,
      { ...ENTRY, ReadonlyRootFilesystem: true, LinuxParameters: { Capabilities: { Drop: ['ALL'] } } },
    );
    const { arn } = await runTask(harness);
    await stopped(harness, arn, PATIENCE_MS);
    expect(JSON.parse(printed(harness, arn)[0] ?? '{}')).toEqual({
      TaskARN: arn,
      limit: 512 * 2 ** 20,
      root: 'EROFS',
      capabilities: '0000000000000000',
      uid: 10001,
    });
  });

  it('ends with 137 and the reason of ECS when it takes more memory than the task has', async () => {
    harness = await start();
    await register(harness, `console.log('up'); Buffer.alloc(2 ** 30, 1);`, ENTRY);
    const { arn } = await runTask(harness);
    expect(await stopped(harness, arn, PATIENCE_MS)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    });
    expect(printed(harness, arn)).toEqual(['up']);
  });

  it('is asked to end, and killed after its stopTimeout', async () => {
    harness = await start();
    await register(
      harness,
      `process.on('SIGTERM', () => console.log('asked')); console.log('up'); setInterval(() => {}, 1000);`,
      { ...ENTRY, StopTimeout: 2 },
    );
    const { arn } = await runTask(harness);
    await until(() => printed(harness, arn).includes('up'), PATIENCE_MS);
    await harness.client.send(new StopTaskCommand({ cluster: 'c', task: arn, reason: 'enough' }));
    const task = await stopped(harness, arn, PATIENCE_MS);
    expect(task).toMatchObject({ stopCode: 'UserInitiated', containers: [{ exitCode: 137 }] });
    expect(task.containers[0]).not.toHaveProperty('reason');
    expect(printed(harness, arn)).toEqual(['up', 'asked']);
    const described = await describeTask(harness, arn);
    const took = Number(described?.executionStoppedAt) - Number(described?.stoppingAt);
    expect(took).toBeGreaterThanOrEqual(2000);
  });

  it('writes to the shared file system, and its own volumes go with it', async () => {
    harness = await start();
    const efs = { FilesystemId: 'fs-1', RootDirectory: '/', TransitEncryption: 'ENABLED' };
    await register(
      harness,
      `require('node:fs').writeFileSync('/mnt/results/out', 'kept'); require('node:fs').writeFileSync('/scratch/s', 'gone');`,
      {
        ...ENTRY,
        ReadonlyRootFilesystem: true,
        MountPoints: [
          { SourceVolume: 'results', ContainerPath: '/mnt/results' },
          { SourceVolume: 'scratch', ContainerPath: '/scratch' },
        ],
      },
      { Volumes: [{ Name: 'results', EFSVolumeConfiguration: efs }, { Name: 'scratch' }] },
    );
    const { arn } = await runTask(harness);
    expect(await stopped(harness, arn, PATIENCE_MS)).toMatchObject({ containers: [{ exitCode: 0 }] });
    const folder = join(harness.folder, 'efs', 'fs-1');
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('kept');
    expect(await until(async () => (await leftOf(arn)).length === 0, PATIENCE_MS)).toBe(true);
  });

  it('says in the words of the engine why it did not start', async () => {
    harness = await start();
    await register(harness, 'x', { EntryPoint: ['/bin/sh', '-c'] });
    const { arn } = await runTask(harness);
    expect(await stopped(harness, arn, PATIENCE_MS)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*\/bin\/sh.*no such file/),
    });
    await register(harness, 'x', { Image: 'registry.test/other:1' });
    const other = await runTask(harness);
    expect(await stopped(harness, other.arn, PATIENCE_MS)).toMatchObject({
      stoppedReason: 'CannotPullContainerError: failed to resolve ref registry.test/other:1: not found',
    });
  });

  it('does not outlive a stand-in that died, once there is another', async () => {
    harness = await start();
    const dead = harness;
    await register(dead, `console.log('up'); setInterval(() => {}, 1000);`, ENTRY);
    const { arn } = await runTask(dead);
    await until(() => printed(dead, arn).includes('up'), PATIENCE_MS);
    expect(await leftOf(arn)).toHaveLength(1);
    // What kill -9 would leave: the second one finds the data as they were, while the first one keeps its own.
    const left = `${dead.folder}-left`;
    cpSync(dead.folder, left, { recursive: true });
    harness = await start(left);
    expect(await leftOf(arn)).toEqual([]);
    expect(harness.eventsOf(arn)).toEqual([expect.objectContaining({ lastStatus: 'STOPPED' })]);
    await dead.remove();
  });
});
