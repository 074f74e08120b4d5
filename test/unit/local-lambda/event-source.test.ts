import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionAnswer } from '../../../infra/local/lambda/offline-invoker.ts';
import { create, localLambda, QUEUE_ARN } from '../../support/local-lambda.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { settle, until } from '../../support/until.ts';

interface SqsEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Record<string, string>;
  }[];
}

const OK = { payload: 'null' };
const ERROR = { payload: '{"errorMessage":"boom"}', functionError: 'Unhandled' };

let clock: ManualClock;
let events: SqsEvent[];
let answer: (event: SqsEvent) => FunctionAnswer | Promise<FunctionAnswer>;
let system: ReturnType<typeof localLambda>;
let lambda: ReturnType<typeof system.boot>;

beforeEach(async () => {
  clock = manualClock();
  events = [];
  answer = () => OK;
  system = localLambda(clock, async (_name, payload) => {
    const event = JSON.parse(payload) as SqsEvent;
    events.push(event);
    return await answer(event);
  });
  lambda = system.boot();
  await create(system.sqs, 'AWS::SQS::Queue', { QueueName: 'launch', VisibilityTimeout: 30 });
  await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'worker' });
});
afterEach(async () => {
  const stopping = lambda.stop?.();
  clock.advance(10_000);
  await stopping;
  await system.close();
});

async function map(properties: object = {}, functionProperties?: object): Promise<void> {
  if (functionProperties)
    await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'worker', ...functionProperties });
  await create(lambda, 'AWS::Lambda::EventSourceMapping', {
    EventSourceArn: QUEUE_ARN,
    FunctionName: 'worker',
    ...properties,
  });
  lambda.start?.();
}

function send(...bodies: string[]): void {
  for (const body of bodies) system.sqs.send(QUEUE_ARN, body);
}

function depth() {
  const { visible, notVisible } = system.sqs.depths().find(({ arn }) => arn === QUEUE_ARN) ?? {
    visible: -1,
    notVisible: -1,
  };
  return { visible, notVisible };
}

const bodies = () => events.flatMap(({ Records }) => Records.map(({ body }) => body));
const empty = { visible: 0, notVisible: 0 };

describe('a queue that feeds a function', () => {
  it('gives it messages in batches and deletes them when it succeeds', async () => {
    send('a', 'b', 'c');
    await map({ BatchSize: '2', Enabled: 'true' });
    await until(() => bodies().length === 3);
    expect(events.every(({ Records }) => Records.length <= 2)).toBe(true);
    expect(events[0]?.Records[0]?.attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.any(String),
    });
    await until(() => depth().notVisible === 0);
    expect(depth()).toEqual(empty);
  });

  it('gives it a message that comes later, at once', async () => {
    await map();
    await settle();
    const sentAt = performance.now();
    send('a');
    await until(() => bodies().length === 1);
    expect(performance.now() - sentAt).toBeLessThan(100);
  });

  it('keeps a failed batch hidden until the visibility timeout, and gives it again', async () => {
    answer = () => ERROR;
    send('a', 'b');
    await map();
    await until(() => bodies().length === 2);
    await settle();
    expect(depth()).toEqual({ visible: 0, notVisible: 2 });
    clock.advance(29_000);
    await settle();
    expect(bodies()).toHaveLength(2);
    answer = () => OK;
    await until(() => {
      clock.advance(500);
      return bodies().length === 4;
    });
    expect(events.at(-1)?.Records[0]?.attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    await until(() => depth().notVisible === 0);
  });

  it('deletes what succeeded of a batch and keeps what failed', async () => {
    answer = ({ Records }) => {
      const failed = Records.filter(({ body }) => body === 'bad');
      return {
        payload: JSON.stringify({ batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) }),
      };
    };
    send('a', 'bad', 'c');
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await until(() => bodies().length === 3);
    await until(() => depth().notVisible === 1);
    expect(depth()).toEqual({ visible: 0, notVisible: 1 });
  });

  it('keeps the whole batch when the answer names a message that is not in it', async () => {
    answer = () => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"unknown"}]}' });
    send('a', 'b');
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await until(() => bodies().length === 2);
    await settle();
    expect(depth()).toEqual({ visible: 0, notVisible: 2 });
  });

  it('ignores the answer when partial failures are not asked for', async () => {
    answer = ({ Records }) => ({
      payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }),
    });
    send('a');
    await map();
    await until(() => bodies().length === 1);
    await until(() => depth().notVisible === 0);
  });

  it('runs no more batches at a time than it may, and leaves the rest in the queue', async () => {
    let running = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    answer = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => waiting.push(resolve));
      running -= 1;
      return OK;
    };
    for (let i = 0; i < 6; i += 1) send(String(i));
    await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await until(() => waiting.length === 2);
    await settle();
    expect(depth()).toEqual({ visible: 4, notVisible: 2 });
    await until(() => {
      waiting.shift()?.();
      return events.length === 6 && running === 0;
    });
    expect(most).toBe(2);
  });

  it('leaves messages to their visibility timeout when the function is throttled', async () => {
    send('a');
    await map({}, { ReservedConcurrentExecutions: 0 });
    await until(() => depth().notVisible === 1);
    await settle();
    expect(bodies()).toEqual([]);
    expect(system.faults).toEqual([]);
  });

  it('waits for a batch to fill while its window is open', async () => {
    await map({ BatchSize: 20, MaximumBatchingWindowInSeconds: 5 });
    send('a', 'b');
    await settle();
    clock.advance(3_000);
    send('c');
    await settle();
    expect(events).toEqual([]);
    clock.advance(2_000);
    await until(() => events.length === 1);
    expect(bodies()).toEqual(['a', 'b', 'c']);
    for (let i = 0; i < 20; i += 1) send(`x${i}`);
    await until(() => events.length === 2);
    expect(events[1]?.Records).toHaveLength(20);
  });

  it('deletes messages that its filters turn away', async () => {
    send('{"kind":"good"}', '{"kind":"bad"}', 'text');
    await map({ FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["good"]}}' }] } });
    await until(() => bodies().length === 1);
    expect(bodies()).toEqual(['{"kind":"good"}']);
    await until(() => depth().notVisible === 0);
    expect(depth()).toEqual(empty);
  });

  it('splits a batch that is too large for one invocation', async () => {
    const large = 'x'.repeat(900_000);
    for (let i = 0; i < 9; i += 1) send(large);
    await map();
    await until(() => bodies().length === 9);
    expect(Math.max(...events.map((event) => JSON.stringify(event).length))).toBeLessThanOrEqual(6 * 1024 * 1024);
  });

  it('does nothing while it is disabled', async () => {
    send('a');
    await map({ Enabled: 'false' });
    await settle();
    expect(depth()).toEqual({ visible: 1, notVisible: 0 });
  });

  it('says that a queue cannot be polled, and tries again', async () => {
    await create(lambda, 'AWS::Lambda::EventSourceMapping', {
      EventSourceArn: `${QUEUE_ARN}-none`,
      FunctionName: 'worker',
    });
    lambda.start?.();
    await until(() => {
      clock.advance(1_000);
      return system.faults.length >= 2;
    });
    expect(system.faults[0]).toMatch(/Polling .*launch-none for worker failed/);
  });
});

describe('a mapping in the template', () => {
  it.each([
    [{ EventSourceArn: 'arn:aws:kinesis:eu-west-1:0:stream/x' }, /only queues are implemented/],
    [{ BatchSize: 11 }, /MaximumBatchingWindowInSeconds: a BatchSize over 10 needs a window/],
    [{ StartingPosition: 'LATEST' }, /StartingPosition is not implemented/],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"body":1}' }] } }, /at body: expected an object/],
    [{ ScalingConfig: { MaximumConcurrency: 1 } }, /MaximumConcurrency/],
  ])('is refused with what is wrong: %j', async (properties, message) => {
    const mapping = { EventSourceArn: QUEUE_ARN, FunctionName: 'worker', ...properties };
    await expect(create(lambda, 'AWS::Lambda::EventSourceMapping', mapping)).rejects.toThrow(message);
  });

  it('must name a function that there is', async () => {
    await create(lambda, 'AWS::Lambda::EventSourceMapping', { EventSourceArn: QUEUE_ARN, FunctionName: 'nobody' });
    expect(() => lambda.start?.()).toThrow(/Function not found: .*nobody/);
  });

  it('keeps its ID over restarts', async () => {
    const mapping = { EventSourceArn: QUEUE_ARN, FunctionName: 'worker' };
    const first = await create(lambda, 'AWS::Lambda::EventSourceMapping', mapping, 'stack-Mapping');
    const second = await create(system.boot(), 'AWS::Lambda::EventSourceMapping', mapping, 'stack-Mapping');
    expect(first.ref).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(second.ref).toBe(first.ref);
  });
});
