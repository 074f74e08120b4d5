import { existsSync, mkdirSync } from 'node:fs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { type Harness, register, STAY, startEcs } from './ecs-harness.ts';
import { runs } from './process-state.ts';
import { describeTask, printed, runTask, stopped } from './run-task.ts';

let harness: Harness;
afterEach(() => harness?.remove());

describe('a task of RunTask', () => {
  it('goes through its life with one event for every change, versions rising by one', async () => {
    harness = await startEcs();
    await register(harness, 'process.exit(3)');
    const { answer, arn } = await runTask(harness, { startedBy: 'job/1/1' });
    expect(answer.tasks?.[0]).toMatchObject({
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      startedBy: 'job/1/1',
    });
    const last = await stopped(harness, arn);
    expect(last).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'worker', exitCode: 3, lastStatus: 'STOPPED' }],
      group: 'family:worker',
      launchType: 'FARGATE',
      cpu: '256',
      memory: '512',
    });
    const events = harness.eventsOf(arn);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
    expect([...new Set(events.map(({ lastStatus }) => lastStatus))]).toEqual([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    const task = await describeTask(harness, arn);
    expect(task?.stoppedAt).toBeInstanceOf(Date);
    expect(task?.containers?.[0]?.exitCode).toBe(3);
  });

  it('gets the environment that its definition gives, and no other', async () => {
    harness = await startEcs();
    process.env.LEAK_FROM_THE_STAND_IN = 'yes';
    await register(harness, `console.log(JSON.stringify(process.env)); console.error('to stderr')`, {
      Environment: [
        { Name: 'STAGE', Value: 'dev' },
        { Name: 'JOB', Value: 'none' },
      ],
    });
    const { arn } = await runTask(harness, {
      overrides: { containerOverrides: [{ name: 'worker', environment: [{ name: 'JOB', value: '{"a":1}' }] }] },
    });
    await stopped(harness, arn);
    delete process.env.LEAK_FROM_THE_STAND_IN;
    const lines = printed(harness, arn);
    expect(lines).toContain('to stderr');
    const environment = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}');
    expect(environment).toMatchObject({
      STAGE: 'dev',
      JOB: '{"a":1}',
      AWS_ENDPOINT_URL: harness.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key-of-task',
    });
    expect(Object.keys(environment)).not.toContain('LEAK_FROM_THE_STAND_IN');
    expect(environment.TMPDIR).toMatch(harness.folder);
  });

  it('finds the folders behind its mount points in its environment; an empty volume goes with the task', async () => {
    harness = await startEcs();
    await register(
      harness,
      `import { writeFileSync } from 'node:fs';
       writeFileSync(process.env.RESULTS + '/out', 'x'); writeFileSync(process.env.SCRATCH + '/s', 'x');
       console.log(process.env.RESULTS); console.log(process.env.SCRATCH); console.log(process.env.OTHER);`,
      {
        Environment: [
          { Name: 'RESULTS', Value: '/mnt/results/deep' },
          { Name: 'SCRATCH', Value: '/scratch' },
          { Name: 'OTHER', Value: '/mnt/resultsx' },
        ],
        MountPoints: [
          { SourceVolume: 'efs', ContainerPath: '/mnt/results' },
          { SourceVolume: 'empty', ContainerPath: '/scratch' },
        ],
      },
      {
        Volumes: [
          {
            Name: 'efs',
            EFSVolumeConfiguration: {
              FilesystemId: 'fs-1',
              TransitEncryption: 'ENABLED',
              AuthorizationConfig: { AccessPointId: 'fsap-1', IAM: 'ENABLED' },
            },
          },
          { Name: 'empty' },
        ],
      },
    );
    mkdirSync(`${harness.folder}/efs/fs-1/fsap-1/deep`, { recursive: true });
    const { arn } = await runTask(harness);
    expect((await stopped(harness, arn)).containers[0]?.exitCode).toBe(0);
    const [results, scratch, other] = printed(harness, arn);
    expect(results).toBe(`${harness.folder}/efs/fs-1/fsap-1/deep`);
    expect(other).toBe('/mnt/resultsx');
    expect(existsSync(`${results}/out`)).toBe(true);
    await until(() => !existsSync(scratch ?? ''));
  });

  it('that cannot start says why', async () => {
    harness = await startEcs();
    await register(harness, '', { Image: 'unknown:1' });
    const pull = await stopped(harness, (await runTask(harness)).arn);
    expect(pull).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotPullContainerError/),
    });
    expect(pull.containers[0]).not.toHaveProperty('exitCode');
    await register(harness, '', { EntryPoint: ['/no/such/program'] });
    expect(await stopped(harness, (await runTask(harness)).arn)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(/^CannotStartContainerError/),
    });
  });

  it('is stopped by StopTask: SIGTERM, time to end, SIGKILL', async () => {
    harness = await startEcs();
    await register(harness, `process.on('SIGTERM', () => { console.log('term'); process.exit(7) }); ${STAY}`);
    const obedient = (await runTask(harness)).arn;
    await register(harness, `process.on('SIGTERM', () => console.log('no')); ${STAY}`, { StopTimeout: 0 });
    const stubborn = (await runTask(harness)).arn;
    for (const arn of [obedient, stubborn]) {
      await until(() => printed(harness, arn).includes('up'));
      const { task } = await harness.client.send(new StopTaskCommand({ cluster: 'c', task: arn, reason: 'enough' }));
      expect(task).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'enough' });
    }
    expect(await stopped(harness, obedient)).toMatchObject({
      stopCode: 'UserInitiated',
      containers: [{ exitCode: 7 }],
    });
    expect(await stopped(harness, stubborn)).toMatchObject({
      stopCode: 'UserInitiated',
      containers: [{ exitCode: 137 }],
    });
  });

  it('killed by a signal exits with 128 and its number', async () => {
    harness = await startEcs();
    await register(harness, `process.kill(process.pid, 'SIGKILL')`);
    expect(await stopped(harness, (await runTask(harness)).arn)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 137 }],
    });
    expect((await stopped(harness, (await runTask(harness)).arn)).containers[0]).not.toHaveProperty('reason');
  });

  it('takes with it what it has started', async () => {
    harness = await startEcs();
    await register(
      harness,
      `import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid); setTimeout(() => process.exit(0), 20);`,
    );
    const { arn } = await runTask(harness);
    await stopped(harness, arn);
    const pid = Number(printed(harness, arn)[0]);
    expect(pid).toBeGreaterThan(1);
    await until(() => !runs(pid));
  });
});

describe('the memory ceiling', () => {
  const HOG = `const held = []; setInterval(() => held.push(Buffer.alloc(64 * 2 ** 20, 1)), 5);`;

  it.each([
    ['the best ceiling of this machine', undefined],
    ['sampling', null],
  ] as const)('by %s ends a task that takes too much', async (_name, cgroups) => {
    harness = await startEcs(cgroups === null ? { cgroups } : {});
    await register(harness, HOG, { Memory: 128 });
    const { arn } = await runTask(harness);
    const last = await stopped(harness, arn);
    expect(last.containers[0]).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
    const ceiling = (await describeTask(harness, arn))?.attributes?.find(
      ({ name }) => name === 'slipway.memory-ceiling',
    )?.value;
    expect(ceiling).toMatch(cgroups === null ? /^rss-sampling$/ : /^(cgroup-v[12]|rss-sampling)$/);
  });
});
