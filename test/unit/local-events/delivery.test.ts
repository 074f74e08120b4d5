import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../infra/local/clock.ts';
import { openDatabase, transaction } from '../../../infra/local/database.ts';
import { eventsService } from '../../../infra/local/events/index.ts';
import { AwsError } from '../../../infra/local/http/aws-error.ts';
import type { Deliver } from '../../../infra/local/ports.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { settle, until } from '../../support/until.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:jobs';
const OTHER = 'arn:aws:sqs:eu-west-1:000000000000:other';
const DEAD = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const OBJECT_CREATED = {
  source: 'aws.s3',
  detailType: 'Object Created',
  resources: ['arn:aws:s3:::inbox'],
  detail: { object: { size: 5 } },
};

let directory: string;
let database: ReturnType<typeof openDatabase>;
const stops: (() => unknown)[] = [];
const dropped: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-events-'));
  database = openDatabase(directory);
  dropped.length = 0;
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  database.close();
  rmSync(directory, { recursive: true });
});

function service(deliver: Deliver, clock = manualClock()) {
  const events = eventsService({
    database,
    clock,
    region: 'eu-west-1',
    deliver,
    onDropped: (message) => dropped.push(message),
  });
  stops.push(() => events.stop?.());
  return { events, clock };
}

async function putRule(
  events: ReturnType<typeof eventsService>,
  name: string,
  targets: object[],
  pattern: object = { source: ['aws.s3'] },
) {
  const [provider] = events.providers;
  const properties = { Name: name, EventPattern: pattern, Targets: targets };
  return await provider?.create({ logicalId: name, properties, generatedName: name, stackName: 's' });
}

describe('an event on the bus', () => {
  it('reaches every target of every rule that matches, as the whole event', async () => {
    const { deliver, delivered } = recordingDeliver();
    const { events } = service(deliver);
    const made = await putRule(events, 'small', [
      { Id: 'a', Arn: QUEUE },
      { Id: 'b', Arn: OTHER },
    ]);
    await putRule(events, 'unrelated', [{ Id: 'a', Arn: DEAD }], { source: ['aws.ecs'] });
    events.start?.();
    events.publish(OBJECT_CREATED);
    await until(() => delivered.length === 2);
    expect(delivered.map(({ arn }) => arn).sort()).toEqual([QUEUE, OTHER]);
    expect(delivered[0]?.sourceArn).toBe(made?.attributes?.Arn);
    expect(JSON.parse(delivered[0]?.payload ?? '')).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: '2026-03-01T12:00:00Z',
      region: 'eu-west-1',
      resources: ['arn:aws:s3:::inbox'],
      detail: { object: { size: 5 } },
    });
    await until(() => events.pendingDeliveries() === 0);
  });

  it('is part of the transaction in which it is published', async () => {
    const { deliver, delivered } = recordingDeliver();
    const { events } = service(deliver);
    await putRule(events, 'small', [{ Id: 'a', Arn: QUEUE }]);
    events.start?.();
    const attempt = () =>
      transaction(database, () => {
        events.publish(OBJECT_CREATED);
        throw new Error('the caller fails');
      });
    expect(attempt).toThrow('the caller fails');
    await settle();
    expect(delivered).toEqual([]);
    transaction(database, () => events.publish(OBJECT_CREATED));
    await until(() => delivered.length === 1);
  });

  it('is delivered within 20 ms while another target hangs', async () => {
    const arrived: number[] = [];
    let unplug = () => {};
    const hanging = new Promise<void>((resolve) => {
      unplug = resolve;
    });
    const { deliver } = recordingDeliver(({ arn }) => (arn === OTHER ? hanging : void arrived.push(performance.now())));
    const clock = systemClock();
    const events = eventsService({ database, clock, region: 'eu-west-1', deliver });
    stops.push(() => events.stop?.());
    await putRule(events, 'small', [
      { Id: 'a', Arn: OTHER },
      { Id: 'b', Arn: QUEUE },
    ]);
    events.start?.();
    for (let i = 0; i < 50; i += 1) events.publish(OBJECT_CREATED);
    await until(() => arrived.length === 50);
    const latencies: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const publishedAt = performance.now();
      events.publish(OBJECT_CREATED);
      await until(() => arrived.length === 51 + i);
      latencies.push((arrived.at(-1) ?? 0) - publishedAt);
    }
    unplug();
    expect(latencies.sort((a, b) => a - b)[10]).toBeLessThan(20);
  });

  it('is held back while its rule is disabled', async () => {
    const { deliver, delivered } = recordingDeliver();
    const { events } = service(deliver);
    const [provider] = events.providers;
    const properties = { EventPattern: { source: ['aws.s3'] }, State: 'DISABLED', Targets: [{ Id: 'a', Arn: QUEUE }] };
    await provider?.create({ logicalId: 'R', properties, generatedName: 'rule', stackName: 's' });
    events.start?.();
    events.publish(OBJECT_CREATED);
    await settle();
    expect(delivered).toEqual([]);
    expect(events.pendingDeliveries()).toBe(0);
  });
});

describe('a delivery that fails', () => {
  it('is retried with growing pauses until it is accepted', async () => {
    let failures = 3;
    const { deliver, delivered, tried } = recordingDeliver(() => {
      if (failures-- > 0) throw new AwsError('InternalError', 'not now', 500);
    });
    const { events, clock } = service(deliver);
    await putRule(events, 'small', [{ Id: 'a', Arn: QUEUE }]);
    events.start?.();
    events.publish(OBJECT_CREATED);
    for (const [index, pause] of [1_000, 2_000, 4_000].entries()) {
      await until(() => tried.length === index + 1);
      await settle();
      clock.advance(pause / 2 - 1);
      await settle();
      expect(tried).toHaveLength(index + 1);
      clock.advance(pause / 2 + 1);
    }
    await until(() => delivered.length === 1);
  });

  it('goes to the dead-letter queue when its retries are spent, with the reason', async () => {
    const { deliver, delivered, tried } = recordingDeliver(({ arn }) => {
      if (arn === QUEUE) throw new AwsError('ServiceUnavailable', 'try later', 503);
    });
    const { events, clock } = service(deliver);
    const made = await putRule(events, 'small', [
      {
        Id: 'a',
        Arn: QUEUE,
        Input: '{"changed":true}',
        RetryPolicy: { MaximumRetryAttempts: '2' },
        DeadLetterConfig: { Arn: DEAD },
      },
    ]);
    events.start?.();
    events.publish(OBJECT_CREATED);
    await until(() => {
      clock.advance(1_000);
      return delivered.length === 1;
    });
    expect(tried.filter(({ arn }) => arn === QUEUE)).toHaveLength(3);
    expect(delivered[0]).toMatchObject({
      arn: DEAD,
      attributes: {
        RULE_ARN: made?.attributes?.Arn,
        TARGET_ARN: QUEUE,
        ERROR_CODE: 'ERROR_FROM_TARGET',
        ERROR_MESSAGE: 'try later',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '2',
      },
    });
    expect(JSON.parse(delivered[0]?.payload ?? '')).toMatchObject({
      source: 'aws.s3',
      detail: { object: { size: 5 } },
    });
  });

  it('goes to the dead-letter queue when the event is too old', async () => {
    const { deliver, delivered } = recordingDeliver(({ arn }) => {
      if (arn === QUEUE) throw new Error('unplugged');
    });
    const { events, clock } = service(deliver);
    await putRule(events, 'small', [
      { Id: 'a', Arn: QUEUE, RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: DEAD } },
    ]);
    events.start?.();
    events.publish(OBJECT_CREATED);
    const startedAt = clock.now();
    await until(() => {
      clock.advance(500);
      return delivered.length === 1;
    });
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(60_000);
    expect(delivered[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      ERROR_CODE: 'INTERNAL_ERROR',
    });
  });

  it('goes to the dead-letter queue at once when its target does not exist', async () => {
    const { deliver, delivered, tried } = recordingDeliver(({ arn }) => {
      if (arn === QUEUE) throw new AwsError('QueueDoesNotExist', 'no such queue');
    });
    const { events } = service(deliver);
    await putRule(events, 'small', [{ Id: 'a', Arn: QUEUE, DeadLetterConfig: { Arn: DEAD } }]);
    events.start?.();
    events.publish(OBJECT_CREATED);
    await until(() => delivered.length === 1);
    expect(tried).toHaveLength(2);
    expect(delivered[0]?.attributes).toMatchObject({ ERROR_CODE: 'NO_RESOURCE', RETRY_ATTEMPTS: '0' });
    expect(delivered[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('is dropped, and said to be, without a dead-letter queue', async () => {
    const { deliver } = recordingDeliver(() => {
      throw new AwsError('AccessDenied', 'no', 403);
    });
    const { events } = service(deliver);
    await putRule(events, 'small', [{ Id: 'a', Arn: QUEUE }]);
    events.start?.();
    events.publish(OBJECT_CREATED);
    await until(() => dropped.length === 1);
    expect(dropped[0]).toContain(QUEUE);
    await until(() => events.pendingDeliveries() === 0);
  });
});

describe('a restart', () => {
  it('delivers what was stored and not accepted, and keeps counting its attempts', async () => {
    const first = recordingDeliver(() => {
      throw new Error('unplugged');
    });
    const before = service(first.deliver);
    await putRule(before.events, 'small', [
      { Id: 'a', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: DEAD } },
    ]);
    before.events.start?.();
    before.events.publish(OBJECT_CREATED);
    await until(() => first.tried.length === 1);
    await settle();
    await before.events.stop?.();

    const second = recordingDeliver(({ arn }) => {
      if (arn === QUEUE) throw new Error('still unplugged');
    });
    const after = service(second.deliver, before.clock);
    after.events.start?.();
    after.clock.advance(2_000);
    await until(() => {
      after.clock.advance(1_000);
      return second.delivered.length === 1;
    });
    expect(second.tried.map(({ arn }) => arn)).toEqual([QUEUE, DEAD]);
    expect(second.delivered[0]?.attributes).toMatchObject({ RETRY_ATTEMPTS: '1' });
  });
});
