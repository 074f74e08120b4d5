import { describe, expect, it } from 'vitest';
import type { LaunchedJob } from '../../../core/launch.ts';
import { OVERDUE_REASON } from '../../../core/overdue.ts';
import { decideStop, type StopFacts } from '../../../core/stop-policy.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import {
  EXITED,
  LARGE_JOB,
  launchedDetail,
  SERVICE_DETAIL,
  SWEEP_DETAIL,
  TASK_ARN,
  taskEvent,
} from '../../support/task-stops.ts';

const OOM = 'OutOfMemoryError: Container killed due to memory usage';
const FAILED = { stopCode: 'TaskFailedToStart' };
const OVERDUE = { stopCode: 'UserInitiated', stoppedReason: OVERDUE_REASON };

/** What follows, in one line: the class, then what is done. */
function decided(event: unknown, facts: Partial<StopFacts> = {}): string {
  const { owner, stopClass, retry, outcome, alert } = decideStop(taskStateChangeSchema.parse(event), {
    maxAttempts: 3,
    ...facts,
  });
  const { attempt, losses = 0, memoryKills = 0 } = retry?.launch ?? { attempt: 0 };
  const again = retry && `retry ${attempt}/${losses}/${memoryKills} ${retry.size?.memory}`;
  const failed = outcome && `failed ${outcome.reason}`;
  return [`${owner} ${stopClass}`, again, failed, alert && `alert ${alert}`].filter(Boolean).join('; ');
}

function job(detail: object, container: object = {}, launched: Partial<LaunchedJob> = {}) {
  return taskEvent({ ...launchedDetail(launched), ...detail }, container);
}

const spot = { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' };
const ended = (exitCode: number, reason?: string) => ({ exitCode, ...(reason === undefined ? {} : { reason }) });

describe('a stopped task of a launched job', () => {
  it.each([
    ['ends well', job(EXITED, ended(0)), 'job finished'],
    ['refuses its input', job(EXITED, ended(65)), 'job bad-input'],
    ['finds no input', job(EXITED, ended(66)), 'job bad-input'],
    ['gives up for now', job(EXITED, ended(75)), 'job temporary; retry 2/0/0 2048'],
    [
      'gives up for now at the last attempt',
      job(EXITED, ended(75), { attempt: 3 }),
      'job temporary; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
    ['is held up by an outage', job(EXITED, ended(69), { attempt: 3 }), 'job unavailable; retry 3/1/0 2048'],
    ['is held up too often', job(EXITED, ended(69), { losses: 5 }), 'job unavailable; alert job-unavailable'],
    ['crashes', job(EXITED, ended(1)), 'job crash; retry 2/0/0 2048'],
    ['crashes by a signal', job(EXITED, ended(139), { attempt: 2 }), 'job crash; retry 3/0/0 2048'],
    [
      'crashes at the last attempt',
      job(EXITED, ended(1), { attempt: 3 }),
      'job crash; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
    ['is killed, not for memory', job(EXITED, ended(137)), 'job killed; retry 2/0/0 2048; alert job-killed'],
    [
      'is killed, not for memory, at the last attempt',
      job(EXITED, ended(137), { attempt: 3 }),
      'job killed; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
    ['keeps what did not count', job(EXITED, ended(1), { losses: 2 }), 'job crash; retry 2/2/0 2048'],
    ['runs out of memory', job(EXITED, ended(137, OOM)), 'job memory-kill; retry 2/0/1 4096; alert job-memory-kill'],
    [
      'says that it ran out of memory',
      job(EXITED, ended(71)),
      'job memory-kill; retry 2/0/1 4096; alert job-memory-kill',
    ],
    [
      'runs out of memory twice',
      job(EXITED, ended(137, OOM), { attempt: 2, memoryKills: 1 }),
      'job memory-kill; failed out-of-memory; alert job-out-of-memory',
    ],
    [
      'runs out of memory in the largest size',
      job({ ...EXITED, cpu: '16384', memory: '122880' }, ended(137, OOM)),
      'job memory-kill; failed out-of-memory; alert job-out-of-memory',
    ],
    [
      'runs out of memory for the first time at the last attempt',
      job(EXITED, ended(137, OOM), { attempt: 3 }),
      'job memory-kill; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
    [
      'runs out of memory when its size is not known',
      job({ ...EXITED, cpu: null, memory: null }, ended(137, OOM)),
      'job memory-kill; retry 2/0/1 undefined; alert job-memory-kill',
    ],
    ['loses its Spot capacity', job(spot, ended(143)), 'job lost; retry 1/1/0 2048'],
    ['is killed after the Spot notice', job(spot, ended(137, OOM)), 'job lost; retry 1/1/0 2048'],
    [
      'loses its Spot capacity at the last attempt',
      job(spot, ended(143), { attempt: 3, losses: 4 }),
      'job lost; retry 3/5/0 2048',
    ],
    [
      'is lost once too often',
      job(spot, ended(143), { losses: 5 }),
      'job lost; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
    ['meets maintenance', job({ stopCode: 'TerminationNotice' }), 'job lost; retry 1/1/0 2048'],
    ['loses its machine', job({ stopCode: 'InfrastructureHealth' }), 'job lost; retry 1/1/0 2048'],
    [
      'finds no capacity',
      job({ ...FAILED, stoppedReason: 'Capacity is unavailable at this time. Please try again later.' }),
      'job start-delayed; retry 1/1/0 2048',
    ],
    [
      'waits too long for its network interface',
      job({ ...FAILED, stoppedReason: 'Timeout waiting for network interface provisioning to complete.' }),
      'job start-delayed; retry 1/1/0 2048',
    ],
    [
      'finds no capacity again and again',
      job(
        { ...FAILED, stoppedReason: 'Unexpected EC2 error while attempting to Create Network Interface' },
        {},
        { losses: 5 },
      ),
      'job start-delayed; failed task-start-failed; alert job-task-start-failed',
    ],
    [
      'cannot pull its image, even if that timed out',
      job({ ...FAILED, stoppedReason: 'CannotPullContainerError: pull image manifest: dial tcp: i/o timeout' }),
      'job start-refused; failed task-start-failed; alert job-task-start-failed',
    ],
    [
      'cannot mount its file system',
      job({ ...FAILED, stoppedReason: 'ResourceInitializationError: failed to invoke EFS utils commands' }),
      'job start-refused; failed task-start-failed; alert job-task-start-failed',
    ],
    [
      'has no program, as only the container says',
      job({ ...EXITED }, { reason: 'CannotStartContainerError: exec: "node": executable file not found in $PATH' }),
      'job start-refused; failed task-start-failed; alert job-task-start-failed',
    ],
    ['ends without an exit code', job(EXITED), 'job crash; retry 2/0/0 2048'],
    ['ends with an exit code of null', job(EXITED, { exitCode: null }), 'job crash; retry 2/0/0 2048'],
    ['has no containers', job({ ...EXITED, containers: [] }), 'job crash; retry 2/0/0 2048'],
    ['has no list of containers', job({ ...EXITED, containers: undefined }), 'job crash; retry 2/0/0 2048'],
    ['is stopped by a person', job({ stopCode: 'UserInitiated', stoppedReason: 'enough' }, ended(137)), 'job asked'],
    ['is stopped by the sweep', job(OVERDUE, ended(137)), 'job overdue; retry 2/0/0 2048'],
    ['is stopped by the sweep, and heeds it', job(OVERDUE, ended(75)), 'job overdue; retry 2/0/0 2048'],
    [
      'is stopped by the sweep at the last attempt',
      job(OVERDUE, ended(143), { attempt: 3 }),
      'job overdue; failed deadline; alert job-deadline',
    ],
    ['stops for a new reason', job({ stopCode: 'MoonPhase' }, ended(1)), 'job unknown; alert job-unknown'],
    ['stops for no reason at all', job({}), 'job unknown; alert job-unknown'],
    ['has an exit code but no stop code', job({ stopCode: null }, ended(75)), 'job temporary; retry 2/0/0 2048'],
  ])('%s', (_name, event, expected) => {
    expect(decided(event)).toBe(expected);
  });

  it('judges the container of the work, whatever stands beside it', () => {
    const containers = [
      { name: 'ecs-service-connect', exitCode: 1 },
      { name: 'worker', exitCode: 0 },
    ];
    expect(decided(job({ ...EXITED, containers }))).toBe('job finished');
  });

  it('gives the successor the job that the task had', () => {
    const decision = decideStop(taskStateChangeSchema.parse(job(EXITED, ended(1))), { maxAttempts: 3 });
    expect(decision.retry?.launch.job).toEqual(LARGE_JOB);
  });
});

describe('a job that has its outcome', () => {
  const last = job(EXITED, ended(1), { attempt: 3 });

  it.each([
    ['recorded it and ended well', job(EXITED, ended(65)), { reason: 'corrupt', taskArn: TASK_ARN }, 'job bad-input'],
    [
      'is not run again: another task does what follows from it, not held against the job',
      job(EXITED, ended(69)),
      { reason: 'corrupt', taskArn: TASK_ARN },
      'job unavailable; retry 1/1/0 2048',
    ],
    ['is complete, hence not failed', last, { taskArn: TASK_ARN }, 'job crash; retry 3/1/0 2048'],
    [
      'lost the task that was to do what follows',
      last,
      { reason: 'attempts-exhausted', taskArn: 'arn:other' },
      'job crash; retry 3/1/0 2048',
    ],
    [
      'lost too many of them: the rest is left to the sweep',
      job(EXITED, ended(69), { losses: 5 }),
      { reason: 'corrupt', taskArn: TASK_ARN },
      'job unavailable',
    ],
    [
      'has a task that could not start and so left nothing undone',
      job({ ...FAILED, stoppedReason: 'CannotPullContainerError: pull image manifest: dial tcp: i/o timeout' }),
      { reason: 'corrupt', taskArn: 'arn:other' },
      'job start-refused',
    ],
    ['is stopped by a person', job({ stopCode: 'UserInitiated' }), { taskArn: TASK_ARN }, 'job asked'],
    [
      'is failed by this very stop: what a broken-off handler left is made up for',
      last,
      { reason: 'attempts-exhausted', taskArn: TASK_ARN },
      'job crash; failed attempts-exhausted; alert job-attempts-exhausted',
    ],
  ])('%s', (_name, event, standing, expected) => {
    expect(decided(event, { standing })).toBe(expected);
  });
});

describe('a stopped task that no job was launched with', () => {
  const byScheduler = { stopCode: 'ServiceSchedulerInitiated' };
  it.each([
    [
      'scaled in',
      { ...SERVICE_DETAIL, ...byScheduler, stoppedReason: 'Scaling activity initiated by' },
      0,
      'service asked',
    ],
    ['scaled in and killed after the timeout', { ...SERVICE_DETAIL, ...byScheduler }, 137, 'service asked'],
    [
      'unhealthy',
      { ...SERVICE_DETAIL, ...byScheduler, stoppedReason: 'Task failed container health checks' },
      137,
      'service unhealthy; alert service-unhealthy',
    ],
    ['stopped by a person', { ...SERVICE_DETAIL, stopCode: 'UserInitiated' }, 137, 'service asked'],
    ['ended well', { ...SERVICE_DETAIL, ...EXITED }, 0, 'service finished'],
    ['killed', { ...SERVICE_DETAIL, ...EXITED }, 137, 'service killed; alert service-killed'],
    ['crashed', { ...SERVICE_DETAIL, ...EXITED }, 1, 'service crash; alert service-crash'],
    ['lost with its Spot capacity', { ...SERVICE_DETAIL, ...spot }, 143, 'service lost'],
    [
      'unable to start',
      { ...SERVICE_DETAIL, ...FAILED, stoppedReason: 'CannotPullContainerError: not found' },
      undefined,
      'service start-refused; alert service-start-refused',
    ],
    ['sweep that failed', { ...SWEEP_DETAIL, ...EXITED }, 1, 'sweep crash; alert sweep-crash'],
    ['sweep that ended well', { ...SWEEP_DETAIL, ...EXITED }, 0, 'sweep finished'],
    ['sweep that was lost', { ...SWEEP_DETAIL, ...spot }, 143, 'sweep lost'],
    ['run by hand', { ...EXITED, startedBy: 'ada' }, 1, 'other crash; alert other-crash'],
    ['named like a job without being one', { ...EXITED, startedBy: 'job/x/1' }, 1, 'other crash; alert other-crash'],
  ])('%s', (_name, detail, exitCode, expected) => {
    const event = taskEvent({ ...detail }, exitCode === undefined ? {} : { exitCode });
    expect(decided(event)).toBe(expected);
  });

  it('names a memory kill of the service', () => {
    const event = taskEvent({ ...SERVICE_DETAIL, ...EXITED }, ended(137, OOM));
    expect(decided(event)).toBe('service memory-kill; alert service-memory-kill');
  });
});
