import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../infra/local/database.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import type { Deliver } from '../../../infra/local/ports.ts';
import { schedulerService } from '../../../infra/local/scheduler/index.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { settle, until } from '../../support/until.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:on-schedule';
const DEAD = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const MINUTE = 60_000;

let directory: string;
let database: ReturnType<typeof openDatabase>;
const stops: (() => unknown)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-scheduler-'));
  database = openDatabase(directory);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  database.close();
  rmSync(directory, { recursive: true });
});

function boot(deliver: Deliver, clock: ManualClock) {
  const scheduler = schedulerService({ database, clock, region: 'eu-west-1', deliver, onDropped: () => {} });
  stops.push(async () => {
    const stopping = scheduler.stop?.();
    clock.advance(10_000);
    await stopping;
  });
  return scheduler;
}

async function put(scheduler: ReturnType<typeof boot>, more: object = {}, target: object = {}) {
  const provider = scheduler.providers.find(({ type }) => type === 'AWS::Scheduler::Schedule');
  const properties = {
    ScheduleExpression: 'rate(10 minutes)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: FUNCTION, RoleArn: 'arn:aws:iam::000000000000:role/r', ...target },
    ...more,
  };
  return await provider?.create({ logicalId: 'S', properties, generatedName: 'stack-Sweep', stackName: 'stack' });
}

describe('a schedule in the template', () => {
  it('fires with the context attributes of this firing', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    const Input = JSON.stringify({
      at: '<aws.scheduler.scheduled-time>',
      by: '<aws.scheduler.schedule-arn>',
      id: '<aws.scheduler.execution-id>',
      attempt: '<aws.scheduler.attempt-number>',
    });
    const made = await put(scheduler, { ScheduleExpression: 'cron(0 13 * * ? *)' }, { Input });
    expect(made).toEqual({
      ref: 'stack-Sweep',
      attributes: { Arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/stack-Sweep' },
    });
    scheduler.start?.();
    clock.advance(60 * MINUTE - 1);
    await settle();
    expect(delivered).toEqual([]);
    clock.advance(1);
    await until(() => delivered.length === 1);
    expect(delivered[0]).toMatchObject({ arn: FUNCTION, sourceArn: made?.attributes?.Arn });
    expect(JSON.parse(delivered[0]?.payload ?? '')).toEqual({
      at: '2026-03-01T13:00:00Z',
      by: made?.attributes?.Arn,
      id: expect.stringMatching(/^[\da-f]{16}$/),
      attempt: '1',
    });
  });

  it('sends a scheduled event when there is no Input', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    await put(scheduler);
    scheduler.start?.();
    clock.advance(1);
    await until(() => delivered.length === 1);
    expect(JSON.parse(delivered[0]?.payload ?? '')).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: '2026-03-01T12:00:00Z',
      detail: '{}',
    });
  });

  it('fires a rate at once and then at its pace', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    await put(scheduler);
    scheduler.start?.();
    for (let minute = 0; minute < 35; minute += 1) {
      clock.advance(MINUTE);
      await settle();
    }
    expect(delivered).toHaveLength(4);
  });

  it('does not fire while disabled, nor after its end date', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    await put(scheduler, { State: 'DISABLED' });
    await put(scheduler, { Name: 'ending', StartDate: '2026-03-01T12:05:00Z', EndDate: '2026-03-01T12:20:00' });
    scheduler.start?.();
    for (let minute = 0; minute < 60; minute += 1) {
      clock.advance(MINUTE);
      await settle();
    }
    expect(delivered.map(({ payload }) => JSON.parse(payload).time)).toEqual([
      '2026-03-01T12:05:00Z',
      '2026-03-01T12:15:00Z',
    ]);
  });

  it('fires somewhere in its flexible window, as of the scheduled time', async () => {
    const clock = manualClock();
    const times: number[] = [];
    const { deliver, delivered } = recordingDeliver(() => void times.push(clock.now()));
    const scheduler = boot(deliver, clock);
    for (let i = 0; i < 20; i += 1) {
      const window = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: '15' };
      await put(scheduler, {
        Name: `s${i}`,
        ScheduleExpression: 'at(2026-03-01T12:10:00)',
        FlexibleTimeWindow: window,
      });
    }
    scheduler.start?.();
    for (let minute = 0; minute < 26; minute += 1) {
      clock.advance(MINUTE);
      await settle();
    }
    const start = Date.parse('2026-03-01T12:10:00Z');
    expect(times).toHaveLength(20);
    expect(times.every((time) => time >= start && time < start + 16 * MINUTE)).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(3);
    expect(new Set(delivered.map(({ payload }) => JSON.parse(payload).time))).toEqual(
      new Set(['2026-03-01T12:10:00Z']),
    );
  });

  it('is deleted after its last firing when it says so', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    await put(scheduler, { ScheduleExpression: 'at(2026-03-01T12:10:00)', ActionAfterCompletion: 'DELETE' });
    scheduler.start?.();
    clock.advance(11 * MINUTE);
    await until(() => delivered.length === 1);
    expect(database.prepare('SELECT name FROM scheduler_schedule').all()).toEqual([]);
  });
});

describe('a target that fails', () => {
  it('is tried again with the number of the attempt, then the dead-letter queue is told', async () => {
    const clock = manualClock();
    const { deliver, delivered, tried } = recordingDeliver(({ arn }) => {
      if (arn === FUNCTION) throw new AwsError('ServiceException', 'not now', 500);
    });
    const scheduler = boot(deliver, clock);
    const target = {
      Input: 'try <aws.scheduler.attempt-number>',
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: DEAD },
    };
    await put(scheduler, { ScheduleExpression: 'at(2026-03-01T12:10:00)' }, target);
    scheduler.start?.();
    clock.advance(10 * MINUTE);
    await until(() => {
      clock.advance(1_000);
      return delivered.length === 1;
    });
    expect(tried.map(({ payload }) => payload)).toEqual(['try 1', 'try 2', 'try 3', 'try 3']);
    expect(delivered[0]).toMatchObject({
      arn: DEAD,
      attributes: {
        ERROR_CODE: 'ServiceException',
        ERROR_MESSAGE: 'not now',
        EXECUTION_ID: expect.stringMatching(/^[\da-f]{16}$/),
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        IS_PAYLOAD_TRUNCATED: 'false',
        RETRY_ATTEMPTS: '2',
        SCHEDULED_TIME: '2026-03-01T12:10:00Z',
        SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/stack-Sweep',
        TARGET_ARN: FUNCTION,
      },
    });
  });
});

describe('a restart', () => {
  it('does not replay what it missed, and keeps the pace', async () => {
    const clock = manualClock();
    const first = recordingDeliver();
    const before = boot(first.deliver, clock);
    await put(before);
    before.start?.();
    clock.advance(1);
    await until(() => first.delivered.length === 1);
    await before.stop?.();
    clock.advance(35 * MINUTE);

    const second = recordingDeliver();
    const after = boot(second.deliver, clock);
    await put(after);
    after.start?.();
    await settle();
    expect(second.delivered).toEqual([]);
    clock.advance(5 * MINUTE);
    await until(() => second.delivered.length === 1);
    expect(JSON.parse(second.delivered[0]?.payload ?? '').time).toBe('2026-03-01T12:40:00Z');
  });

  it('never fires twice for one time, wherever the process died', async () => {
    const clock = manualClock();
    const before = boot(() => new Promise(() => {}), clock);
    await put(before, { ScheduleExpression: 'at(2026-03-01T12:10:00)' });
    before.start?.();
    clock.advance(10 * MINUTE);
    await settle();

    // The first process is gone with its delivery under way: the second delivers that one, and fires nothing new.
    const second = recordingDeliver();
    const after = boot(second.deliver, clock);
    await put(after, { ScheduleExpression: 'at(2026-03-01T12:10:00)' });
    after.start?.();
    clock.advance(60 * MINUTE);
    await until(() => second.delivered.length === 1);
    await settle();
    expect(second.delivered).toHaveLength(1);
  });

  it('starts counting anew when the timing has changed', async () => {
    const clock = manualClock();
    const { deliver, delivered } = recordingDeliver();
    const scheduler = boot(deliver, clock);
    await put(scheduler);
    scheduler.start?.();
    clock.advance(3 * MINUTE);
    await until(() => delivered.length === 1);
    await put(scheduler, { ScheduleExpression: 'rate(1 hour)' });
    const rows = database.prepare('SELECT next_at AS nextAt FROM scheduler_schedule').all();
    expect(rows).toEqual([{ nextAt: clock.now() }]);
  });
});
