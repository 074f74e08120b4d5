import { expect, it } from 'vitest';
import { clientTokenOf } from '../../../core/launch.ts';
import { onSchedule, tickSchema } from '../../../functions/on-schedule.ts';
import { functionPorts } from '../../support/function-ports.ts';

const TICK = { scheduledTime: '2026-03-01T12:00:00Z' };

function sweepPorts() {
  const all = functionPorts();
  const ports = { ...all.ports, taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/sweep:3' };
  return { ...all, ports };
}

it('launches the sweep under the name of its time', async () => {
  const { ports, requests } = sweepPorts();
  expect(await onSchedule(TICK, ports)).toEqual({ launched: true, taskArn: 'arn:task/1' });
  expect(requests).toEqual([
    {
      taskDefinition: ports.taskDefinition,
      startedBy: 'sweep/2026-03-01T12-00-00-000Z',
      clientToken: clientTokenOf('sweep', '2026-03-01T12:00:00.000Z'),
      changes: { environment: {} },
    },
  ]);
  // What ECS allows in startedBy (Amazon ECS API Reference, RunTask).
  expect(requests[0]?.startedBy).toMatch(/^[A-Za-z0-9_/-]{1,128}$/);
});

it('asks for the same task when the schedule fires twice, however the time is written', async () => {
  const { ports, requests } = sweepPorts();
  await onSchedule(TICK, ports);
  await onSchedule({ scheduledTime: '2026-03-01T13:00:00+01:00' }, ports);
  expect(requests[1]).toEqual(requests[0]);
});

it('skips, visibly, while a sweep runs', async () => {
  const { ports, requests, live, logged } = sweepPorts();
  live.set('sweep', ['arn:task/running']);
  expect(await onSchedule(TICK, ports)).toEqual({
    launched: false,
    reason: 'already-running',
    taskArn: 'arn:task/running',
  });
  expect(requests).toEqual([]);
  expect(logged).toMatchObject([{ level: 'warn', details: { taskArn: 'arn:task/running' } }]);
});

it('takes the present minute when an invocation names no time', async () => {
  const { ports, requests, state } = sweepPorts();
  state.now = Date.parse('2026-03-01T12:34:56.789Z');
  await onSchedule(tickSchema.parse({}), ports);
  expect(requests[0]?.startedBy).toBe('sweep/2026-03-01T12-34-00-000Z');
});

it('throws when ECS has no room, so that Lambda tries again', async () => {
  const { ports, answers } = sweepPorts();
  answers.push({ kind: 'wait', code: 'RESOURCE:CPU', message: 'RESOURCE:CPU' });
  await expect(onSchedule(TICK, ports)).rejects.toMatchObject({ code: 'launch-waits', retryable: true });
});

it('alerts when ECS refuses, and does not try again', async () => {
  const { ports, answers, alerts } = sweepPorts();
  answers.push({ kind: 'refused', code: 'ClientException', message: 'Unable to find task definition' });
  expect(await onSchedule(TICK, ports)).toMatchObject({ launched: false, reason: 'launch-refused' });
  expect(alerts).toHaveLength(1);
});

it('refuses a time that is none', () => {
  expect(tickSchema.safeParse({ scheduledTime: '<aws.scheduler.scheduled-time>' }).success).toBe(false);
});
