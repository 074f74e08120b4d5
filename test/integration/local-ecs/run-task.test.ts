import { ListTasksCommand, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../support/manual-clock.ts';
import { type Harness, register, STAY, startEcs } from './ecs-harness.ts';
import { describeTask, runTask, stopped } from './run-task.ts';

const MINUTE_MS = 60_000;

let harness: Harness;
afterEach(() => harness?.remove());

describe('RunTask', () => {
  it('shows a stopped task for an hour, and knows its token for a day, also after a restart', async () => {
    const clock = manualClock(Date.now());
    harness = await startEcs({ clock });
    await register(harness, 'process.exit(0)');
    const { arn } = await runTask(harness, { clientToken: 'token' });
    await stopped(harness, arn);
    clock.advance(59 * MINUTE_MS);
    expect((await describeTask(harness, arn))?.lastStatus).toBe('STOPPED');
    clock.advance(MINUTE_MS);
    expect(await describeTask(harness, arn)).toBeUndefined();
    expect(
      (await harness.client.send(new ListTasksCommand({ cluster: 'c', desiredStatus: 'STOPPED' }))).taskArns,
    ).toEqual([]);
    await harness.stop();
    harness = await startEcs({ clock, folder: harness.folder });
    expect((await runTask(harness, { clientToken: 'token' })).arn).toBe(arn);
    clock.advance(23 * 60 * MINUTE_MS);
    expect((await runTask(harness, { clientToken: 'token' })).arn).not.toBe(arn);
  });

  it('with the same token and parameters gives the same task, with others a conflict that names it', async () => {
    harness = await startEcs();
    await register(harness, STAY);
    const first = await runTask(harness, { clientToken: 'token-1' });
    const again = await runTask(harness, { clientToken: 'token-1' });
    expect(again.arn).toBe(first.arn);
    await expect(runTask(harness, { clientToken: 'token-1', startedBy: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [first.arn],
    });
    const listed = await harness.client.send(new ListTasksCommand({ cluster: 'c' }));
    expect(listed.taskArns).toEqual([first.arn]);
  });

  it.each([
    ['an unknown family', { taskDefinition: 'nobody' }, 'ClientException', /TaskDefinition not found/],
    ['an unknown revision', { taskDefinition: 'worker:99' }, 'ClientException', /TaskDefinition not found/],
    ['an unknown cluster', { cluster: 'nowhere' }, 'ClusterNotFoundException', /Cluster not found/],
    [
      'no network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      /Network Configuration must be provided/,
    ],
    ['eleven tasks', { count: 11 }, 'InvalidParameterException', /between 1 and 10/],
    [
      'a size that Fargate lacks',
      { overrides: { cpu: '256', memory: '8192' } },
      'ClientException',
      /No Fargate configuration exists for given values: 256 CPU, 8192 memory/,
    ],
    [
      'overrides that are too long',
      { overrides: { containerOverrides: [{ name: 'worker', command: ['x'.repeat(8200)] }] } },
      'InvalidParameterException',
      /8192/,
    ],
    ['a long startedBy', { startedBy: 'x'.repeat(129) }, 'InvalidParameterException', /128/],
    [
      'a container that is not there',
      { overrides: { containerOverrides: [{ name: 'nobody' }] } },
      'InvalidParameterException',
      /Override for container named nobody/,
    ],
    ['launch type EC2', { launchType: 'EC2' }, 'InvalidParameterException', /No Container Instances/],
    ['an unknown parameter', { volumeConfigurations: [{ name: 'v' }] }, 'ValidationException', /volumeConfigurations/],
  ] as [string, Partial<RunTaskCommandInput>, string, RegExp][])('refuses %s', async (_what, input, name, message) => {
    harness = await startEcs();
    await register(harness, STAY);
    await expect(runTask(harness, input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(harness.events).toEqual([]);
  });

  it('tells of missing room in failures, with no event', async () => {
    harness = await startEcs({ capacity: { memory: 1024 } });
    await register(harness, STAY);
    const { answer } = await runTask(harness, { count: 3, clientToken: 't' });
    expect(answer.tasks).toHaveLength(2);
    expect(answer.failures).toEqual([expect.objectContaining({ reason: 'RESOURCE:MEMORY' })]);
    expect(new Set(harness.events.map(({ detail }) => detail.taskArn)).size).toBe(2);
  });
});
