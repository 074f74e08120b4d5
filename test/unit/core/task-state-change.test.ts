import { describe, expect, it } from 'vitest';
import { familyOf, launchOf, taskIdOf, taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { EXITED, LARGE_JOB, launchedDetail, TASK_ARN, taskEvent } from '../../support/task-stops.ts';

describe('an "ECS Task State Change" event', () => {
  it('is read into what a stop is judged by', () => {
    const event = taskEvent(
      { ...EXITED, ...launchedDetail({ attempt: 2 }), ephemeralStorage: { sizeInGiB: 40 } },
      { exitCode: 75, reason: 'because' },
    );
    expect(taskStateChangeSchema.parse(event)).toMatchObject({
      eventId: 'e0000000-0000-0000-0000-000000000001',
      taskArn: TASK_ARN,
      version: 6,
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      size: { cpu: 1024, memory: 2048 },
      scratchGib: 40,
      exitCode: 75,
      containerReason: 'because',
      environment: { ATTEMPT: '2', JOB_ID: LARGE_JOB.jobId },
    });
  });

  it('needs no more than identity, version and status', () => {
    const detail = { taskArn: TASK_ARN, version: 1, lastStatus: 'PENDING' };
    const state = taskStateChangeSchema.parse({ 'detail-type': 'ECS Task State Change', detail });
    expect(state).toMatchObject({ stopCode: '', group: '', environment: {} });
    expect(state).not.toHaveProperty('exitCode');
    expect(state).not.toHaveProperty('size');
  });

  it.each([
    [
      'another kind of event',
      { 'detail-type': 'ECS Service Action', detail: { taskArn: TASK_ARN, version: 1, lastStatus: 'x' } },
    ],
    ['no task', { 'detail-type': 'ECS Task State Change', detail: { version: 1, lastStatus: 'STOPPED' } }],
    ['no detail', { 'detail-type': 'ECS Task State Change' }],
    ['no object', 'STOPPED'],
  ])('is refused with %s', (_name, event) => {
    expect(taskStateChangeSchema.safeParse(event).success).toBe(false);
  });

  it('bears nulls and odd values where they say nothing', () => {
    const odd = {
      cpu: 'many',
      memory: null,
      stopCode: null,
      containers: [{ name: null, exitCode: 'x' }],
      overrides: null,
    };
    const state = taskStateChangeSchema.parse(taskEvent(odd));
    expect(state).toMatchObject({ stopCode: '', environment: {} });
    expect(state).not.toHaveProperty('exitCode');
  });
});

it('reads a launched job back from the overrides, with what did not count', () => {
  const launched = { job: LARGE_JOB, attempt: 2, losses: 3, memoryKills: 1 };
  expect(launchOf(taskStateChangeSchema.parse(taskEvent(launchedDetail(launched))))).toEqual(launched);
});

it('takes nothing for a job that was not started as one', () => {
  const { overrides } = launchedDetail();
  expect(launchOf(taskStateChangeSchema.parse(taskEvent({ overrides, startedBy: 'ada' })))).toBeUndefined();
});

it('takes names out of ARNs', () => {
  expect(taskIdOf(TASK_ARN)).toBe('0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01');
  expect(familyOf('arn:aws:ecs:eu-west-1:1:task-definition/sweep:12')).toBe('sweep');
  expect(familyOf('sweep:12')).toBe('sweep');
});
