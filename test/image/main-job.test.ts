import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';
import { until } from '../support/until.ts';
import { imageUnderTest } from './under-test.ts';

const { engine, image } = imageUnderTest();
const LARGE_BYTES = 200_000;

let home: string;
let system: TestSystem;
let ecs: ECSClient;
let cluster: string;

beforeAll(async () => {
  home = await makeHome();
  const containers = ['--containers', engine.name, '--image', image];
  system = await startTestSystem(home, [...containers, '--param', `largeObjectBytes=${LARGE_BYTES}`], 110_000);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  ecs = new ECSClient({ endpoint: system.url, region: 'us-east-1', credentials });
  cluster = /--cluster (\S+)/.exec(system.printed())?.[1] ?? '';
});

afterAll(async () => {
  ecs?.destroy();
  await system?.stop();
  if (home) await removeHome(home);
});

/** The one task of the service that runs. */
function serviceTask() {
  return eventually('a task of the service runs', async () => {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'RUNNING' }));
    if (taskArns.length === 0) return undefined;
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    return tasks.find(({ group, lastStatus }) => group?.startsWith('service:') && lastStatus === 'RUNNING');
  });
}

describe('the local system with its tasks in containers', () => {
  it('processes a small picture in the service and a large one in a task of its own', async () => {
    expect(system.printed()).toContain(`Tasks run as containers: ${engine.name}, image ${image}.`);
    const folder = join(home, 'pictures');
    await mkdir(folder);
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal', noise } })
      .jpeg()
      .toFile(join(folder, 'small.jpg'));
    const { size } = await sharp({ create: { width: 900, height: 700, channels: 3, background: 'teal', noise } })
      .jpeg({ quality: 95 })
      .toFile(join(folder, 'large.jpg'));
    expect(size).toBeGreaterThan(LARGE_BYTES);

    const { exitCode, stdout } = await system.run(['process', folder]);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/large\.jpg\s+complete\s+task/);
    expect(stdout).toMatch(/small\.jpg\s+complete\s+service/);
  });

  // A busy machine gets a second try; each try ends another task of the service.
  it('ends the service with 0 within two seconds of SIGTERM', { retry: 2 }, async () => {
    const task = await serviceTask();
    const container = `slipway-${task.taskArn?.split('/').at(-1)}-worker`;
    const pid = await engine.run(['inspect', '--format', '{{.State.Pid}}', container]);
    const began = performance.now();
    await engine.run(['kill', '--signal', 'TERM', container]);
    await until(() => !existsSync(`/proc/${pid}`), 10_000);
    const milliseconds = performance.now() - began;
    console.log(`From \`${engine.name} kill --signal TERM\` to the end of the service: ${Math.round(milliseconds)} ms`);
    const stopped = await eventually('ECS tells of it', async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task.taskArn ?? ''] }));
      return tasks?.[0]?.lastStatus === 'STOPPED' && tasks[0];
    });
    expect(stopped).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] });
    expect(milliseconds).toBeLessThan(2000);
  });

  it('leaves no container, volume or process', async () => {
    await system.stop();
    expect(await engine.run(['ps', '--all', '--quiet', '--filter', 'name=slipway-'])).toBe('');
    expect(await engine.run(['volume', 'ls', '--quiet', '--filter', 'name=slipway-'])).toBe('');
  });
});
