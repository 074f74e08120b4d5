import { describe, expect, it } from 'vitest';
import { clientTokenOf, readLaunchEnvironment } from '../../../core/launch.ts';
import { parseObjectCreated } from '../../../core/object-event.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { onTaskStopped } from '../../../functions/on-task-stopped.ts';
import { functionPorts } from '../../support/function-ports.ts';
import { EXITED, LARGE_JOB, launchedDetail, SERVICE_DETAIL, TASK_ARN, taskEvent } from '../../support/task-stops.ts';

const OOM = { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' };
const stop = (detail: object, container = {}) => taskStateChangeSchema.parse(taskEvent({ ...detail }, container));
const crash = (attempt: number, detail = {}) =>
  stop({ ...EXITED, ...launchedDetail({ attempt }), ...detail }, { exitCode: 1 });

describe('a stop that calls for another task', () => {
  it('launches the next attempt in the same size, under a token of the stopped task', async () => {
    const { ports, requests, outcomes, alerts } = functionPorts();
    expect(await onTaskStopped(crash(1), ports)).toMatchObject({ handled: true, relaunched: 'arn:task/1' });
    expect(requests).toMatchObject([
      {
        startedBy: `job/${LARGE_JOB.jobId}/2`,
        clientToken: clientTokenOf(TASK_ARN),
        changes: { size: { cpu: 1024, memory: 2048 }, environment: { ATTEMPT: '2', PROCESSOR_MEMORY_MIB: '1792' } },
      },
    ]);
    expect([outcomes.size, alerts.length]).toEqual([0, 0]);
  });

  it('gives it more memory after a memory kill, and says so', async () => {
    const { ports, requests, alerts } = functionPorts();
    await onTaskStopped(stop({ ...EXITED, ...launchedDetail() }, OOM), ports);
    expect(requests[0]?.changes).toMatchObject({ size: { cpu: 1024, memory: 4096 } });
    expect(readLaunchEnvironment(requests[0]?.changes.environment ?? {})).toEqual({
      job: LARGE_JOB,
      attempt: 2,
      memoryKills: 1,
    });
    expect(alerts).toHaveLength(1);
  });

  it('does not count a loss, and starts again at once', async () => {
    const { ports, requests, waits } = functionPorts();
    const detail = { stopCode: 'SpotInterruption', ...launchedDetail({ attempt: 2, losses: 1 }) };
    await onTaskStopped(stop(detail, { exitCode: 143 }), ports);
    expect(requests[0]?.changes.environment).toMatchObject({ ATTEMPT: '2', LOSSES: '2' });
    expect(requests[0]?.startedBy).toBe(`job/${LARGE_JOB.jobId}/2`);
    expect(waits).toEqual([]);
  });

  it('waits a moment before it repeats what failed, never long', async () => {
    const { ports, waits } = functionPorts();
    ports.random = () => 0.999;
    await onTaskStopped(crash(1), ports);
    await onTaskStopped(crash(2, { version: 7 }), ports);
    expect(waits).toEqual([5000, 10_000]);
  });

  it('keeps the scratch space that the task had', async () => {
    const { ports, requests } = functionPorts();
    await onTaskStopped(crash(1, { ephemeralStorage: { sizeInGiB: 46 } }), ports);
    expect(requests[0]?.changes.scratchGib).toBe(46);
  });

  it('waits in the launch queue while ECS has no room, and is the same launch from there', async () => {
    const { ports, answers, requests, launches } = functionPorts();
    answers.push({ kind: 'wait', code: 'ThrottlingException', message: 'Rate exceeded' });
    expect(await onTaskStopped(crash(1), ports)).toMatchObject({ handled: true, queued: 480 });
    const [message] = launches;
    expect(message?.delaySeconds).toBe(480);
    const stringValue = message?.attributes?.launch;
    const record = { messageId: 'm', body: message?.body, messageAttributes: { launch: { stringValue } } };
    await onObjectCreated(launchBatchSchema.parse({ Records: [record] }), ports);
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
  });

  it('waits out an outage in the launch queue', async () => {
    const { ports, requests, launches } = functionPorts();
    const outage = stop({ ...EXITED, ...launchedDetail({ attempt: 3 }) }, { exitCode: 69 });
    expect(await onTaskStopped(outage, ports)).toMatchObject({ stopClass: 'unavailable', queued: 480 });
    expect(requests).toEqual([]);
    expect(launches[0]?.attributes?.launch).toContain('"attempt":3,"losses":1');
  });

  it('takes the successor of an earlier request for its own', async () => {
    const { ports, answers } = functionPorts();
    answers.push({ kind: 'already-started', taskArns: ['arn:task/successor'] });
    expect(await onTaskStopped(crash(1), ports)).toMatchObject({ relaunched: 'arn:task/successor' });
  });

  it('ends the job when ECS refuses the next task', async () => {
    const { ports, answers, outcomes, deadLetters, alerts } = functionPorts();
    answers.push({ kind: 'refused', code: 'AccessDeniedException', message: 'no' });
    expect(await onTaskStopped(crash(1), ports)).toMatchObject({ failed: 'launch-refused', alerted: 'launch-refused' });
    expect(outcomes.get(LARGE_JOB.jobId)).toMatchObject({ reason: 'launch-refused', attempts: 1 });
    expect([deadLetters.length, alerts.length]).toEqual([1, 1]);
  });

  it('has one more task do what follows from an outcome that a task broke off at, and fails nothing', async () => {
    const { ports, requests, outcomes, deadLetters, alerts } = functionPorts();
    const outcome = { jobId: LARGE_JOB.jobId, status: 'complete', taskArn: crash(3).taskArn } as never;
    outcomes.set(LARGE_JOB.jobId, outcome);
    expect(await onTaskStopped(crash(3), ports)).toMatchObject({ handled: true, relaunched: expect.any(String) });
    expect(requests).toMatchObject([{ changes: { environment: { ATTEMPT: '3', LOSSES: '1' } } }]);
    expect([outcomes.get(LARGE_JOB.jobId), deadLetters, alerts]).toEqual([outcome, [], []]);
  });
});

describe('a stop that ends a job', () => {
  it('records the outcome, sets the message aside and alerts', async () => {
    const { ports, outcomes, timeline, deadLetters, alerts, requests } = functionPorts();
    expect(await onTaskStopped(crash(3), ports)).toMatchObject({
      failed: 'attempts-exhausted',
      alerted: 'job-attempts-exhausted',
    });
    const outcome = outcomes.get(LARGE_JOB.jobId);
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: 'attempts-exhausted',
      source: LARGE_JOB.source,
      route: 'task',
      attempts: 3,
      taskArn: TASK_ARN,
      startedAt: '2026-03-01T12:00:02.184Z',
      milliseconds: 237_816,
    });
    expect(timeline).toEqual([outcome]);
    const [copy] = deadLetters;
    expect(copy?.attributes).toEqual({
      reason: 'attempts-exhausted',
      jobId: LARGE_JOB.jobId,
      attempts: '3',
      failedAt: outcome?.finishedAt,
    });
    expect(parseObjectCreated(copy?.body ?? '')).toEqual(LARGE_JOB);
    expect(alerts).toHaveLength(1);
    expect(requests).toEqual([]);
  });

  it.each(['deadLetters', 'publish', 'mark'])(
    'is finished by the next run when one breaks off at %s',
    async (point) => {
      const { ports, outcomes, deadLetters, alerts, breaks, state } = functionPorts();
      breaks.add(point);
      await expect(onTaskStopped(crash(3), ports)).rejects.toThrow(`broken at ${point}`);
      const first = outcomes.get(LARGE_JOB.jobId);
      state.now += 60_000;
      await onTaskStopped(crash(3), ports);
      expect(outcomes.get(LARGE_JOB.jobId)).toBe(first);
      expect(deadLetters.length).toBeGreaterThanOrEqual(1);
      expect(alerts.length).toBeGreaterThanOrEqual(1);
    },
  );
});

describe('an event', () => {
  it.each(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING'])(
    'of a task that is %s is let pass',
    async (lastStatus) => {
      const { ports, marks, requests } = functionPorts();
      expect(await onTaskStopped(crash(1, { lastStatus }), ports)).toEqual({ handled: false, reason: 'not-stopped' });
      expect([marks.size, requests.length]).toEqual([0, 0]);
    },
  );

  it('that comes three times is handled once', async () => {
    const { ports, requests, alerts } = functionPorts();
    const kill = stop({ ...EXITED, ...launchedDetail() }, OOM);
    await onTaskStopped(kill, ports);
    const again = { handled: false, reason: 'handled-before' };
    expect(await onTaskStopped({ ...kill, eventId: 'two' }, ports)).toEqual(again);
    expect(await onTaskStopped({ ...kill, eventId: 'three' }, ports)).toEqual(again);
    expect([requests.length, alerts.length]).toEqual([1, 1]);
  });

  it('that comes twice at once asks for one task and sends one e-mail', async () => {
    const { ports, requests, alerts } = functionPorts();
    const kill = stop({ ...EXITED, ...launchedDetail() }, OOM);
    await Promise.all([onTaskStopped(kill, ports), onTaskStopped({ ...kill, eventId: 'two' }, ports)]);
    expect(new Set(requests.map(({ clientToken }) => clientToken)).size).toBe(1);
    expect(alerts).toHaveLength(1);
  });

  it('leaves its facts behind', async () => {
    const { ports, marks } = functionPorts();
    await onTaskStopped(crash(3), ports);
    expect(marks.get('stops/0b6a2d1e4f7c4a6f8d5f2f3b7a9c1e01-6.json')).toMatchObject({
      by: TASK_ARN,
      stopCode: 'EssentialContainerExited',
      exitCode: 1,
      stopClass: 'crash',
      failed: 'attempts-exhausted',
    });
  });
});

describe('the service', () => {
  it('is never relaunched, and a killed task of it is one e-mail', async () => {
    const { ports, requests, alerts } = functionPorts();
    const kill = (version: number) =>
      stop({ ...EXITED, ...SERVICE_DETAIL, version, taskArn: `arn:aws:ecs:r:a:task/c/${version}` }, { exitCode: 137 });
    for (let version = 1; version <= 50; version += 1)
      await onTaskStopped({ ...kill(version), eventId: `e${version}` }, ports);
    expect([requests.length, alerts.length]).toEqual([0, 1]);
    expect(alerts[0]?.body).toContain('ECS replaces the task');
  });

  it('alerts nobody when it scales in', async () => {
    const { ports, alerts } = functionPorts();
    await onTaskStopped(stop({ ...SERVICE_DETAIL, stopCode: 'ServiceSchedulerInitiated' }, { exitCode: 0 }), ports);
    expect(alerts).toEqual([]);
  });
});
