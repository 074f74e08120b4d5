import { describe, expect, it } from 'vitest';
import { clientTokenOf, readLaunchEnvironment } from '../../../core/launch.ts';
import { objectCreatedBody } from '../../../core/object-event.ts';
import type { Outcome } from '../../../core/outcome.ts';
import { taskStateChangeSchema } from '../../../core/task-state-change.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { onTaskStopped } from '../../../functions/on-task-stopped.ts';
import { functionPorts } from '../../support/function-ports.ts';
import { EXITED, LARGE_JOB, launchedDetail, taskEvent } from '../../support/task-stops.ts';

const BODY = objectCreatedBody(LARGE_JOB, 'slipway.on-task-stopped');
const FAILED_AT = '2026-02-28T10:00:00.000Z';

/** A batch of one dead letter that came back. */
function redriven(failedAt: string, messageId = 'm') {
  const messageAttributes = {
    failedAt: { stringValue: failedAt, dataType: 'String', stringListValues: [], binaryListValues: [] },
    reason: { stringValue: 'attempts-exhausted', dataType: 'String' },
  };
  return launchBatchSchema.parse({ Records: [{ messageId, body: BODY, messageAttributes }] });
}

function failedWorld(rest: Partial<Outcome> = {}) {
  const world = functionPorts();
  const failure = { v: 1, jobId: LARGE_JOB.jobId, status: 'failed', reason: 'attempts-exhausted', ...rest };
  world.outcomes.set(LARGE_JOB.jobId, { finishedAt: FAILED_AT, ...failure } as Outcome);
  return world;
}

const crash = (attempt: number) =>
  taskStateChangeSchema.parse(
    taskEvent({ ...EXITED, ...launchedDetail({ attempt, failedAt: FAILED_AT }) }, { exitCode: 1 }),
  );

describe('a dead letter that comes back to the launch queue', () => {
  it('launches the job anew, under a token of its own, and tells the task which failure it replaces', async () => {
    const { ports, requests } = failedWorld();
    await onObjectCreated(redriven(FAILED_AT), ports);
    expect(requests).toMatchObject([{ clientToken: clientTokenOf(LARGE_JOB.jobId, 1, FAILED_AT) }]);
    expect(readLaunchEnvironment(requests[0]?.changes.environment ?? {})).toEqual({
      job: LARGE_JOB,
      attempt: 1,
      failedAt: FAILED_AT,
    });
  });

  it.each([
    ['of a failure before the present one', { finishedAt: '2026-03-01T00:00:00.000Z' }],
    ['of a job that is complete by now', { status: 'complete' as const }],
  ])('does nothing when it is a copy %s', async (_name, rest) => {
    const { ports, requests, deadLetters } = failedWorld(rest);
    expect(await onObjectCreated(redriven(FAILED_AT), ports)).toEqual({ batchItemFailures: [] });
    expect([requests, deadLetters]).toEqual([[], []]);
  });

  it('starts one task when two copies of one failure come back', async () => {
    const { ports, requests } = failedWorld();
    await onObjectCreated(redriven(FAILED_AT, 'm1'), ports);
    await onObjectCreated(redriven(FAILED_AT, 'm2'), ports);
    expect(new Set(requests.map(({ clientToken }) => clientToken)).size).toBe(1);
  });

  it('replaces the failure when ECS refuses the task', async () => {
    const { ports, outcomes, answers, deadLetters, alerts } = failedWorld();
    answers.push({ kind: 'refused', code: 'AccessDeniedException', message: 'no' });
    await onObjectCreated(redriven(FAILED_AT), ports);
    const outcome = outcomes.get(LARGE_JOB.jobId);
    expect(outcome).toMatchObject({ reason: 'launch-refused', finishedAt: '2026-03-01T12:04:00.000Z' });
    expect(deadLetters[0]?.attributes?.failedAt).toBe(outcome?.finishedAt);
    expect(alerts).toHaveLength(1);
  });

  it('is an ordinary message when its attributes are none of ours', async () => {
    const { ports, requests } = functionPorts();
    const record = {
      messageId: 'm',
      body: BODY,
      messageAttributes: { launch: { stringValue: '{"attempt":-1}' }, x: 3 },
    };
    await onObjectCreated(launchBatchSchema.parse({ Records: [record] }), ports);
    expect(requests).toMatchObject([{ clientToken: clientTokenOf(LARGE_JOB.jobId, 1) }]);
  });
});

describe('a redriven task that stops', () => {
  it('is launched again, still with the failure that it replaces', async () => {
    const { ports, requests } = failedWorld();
    await onTaskStopped(crash(1), ports);
    expect(requests[0]?.changes.environment).toMatchObject({ ATTEMPT: '2', FAILED_AT });
  });

  it('replaces the failure by the new one when its attempts are used up', async () => {
    const { ports, outcomes, deadLetters } = failedWorld();
    expect(await onTaskStopped(crash(3), ports)).toMatchObject({ failed: 'attempts-exhausted' });
    expect(outcomes.get(LARGE_JOB.jobId)?.finishedAt).toBe('2026-03-01T12:04:00.000Z');
    expect(deadLetters).toHaveLength(1);
  });

  it('is not an attempt more when the redrive has come to an outcome: one more task finishes what follows from it', async () => {
    const { ports, requests, deadLetters } = failedWorld({ finishedAt: '2026-03-01T00:00:00.000Z' });
    await onTaskStopped(crash(1), ports);
    expect(requests).toMatchObject([{ changes: { environment: { ATTEMPT: '1', LOSSES: '1', FAILED_AT } } }]);
    expect(deadLetters).toEqual([]);
  });
});
