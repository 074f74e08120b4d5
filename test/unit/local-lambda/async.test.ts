import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InvokeFunction } from '../../../infra/local/lambda/offline-invoker.ts';
import { create, FUNCTION_ARN, localLambda } from '../../support/local-lambda.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingDeliver } from '../../support/recording-deliver.ts';
import { settle, until } from '../../support/until.ts';

const FAILED = 'arn:aws:sqs:eu-west-1:000000000000:failed';
const DEAD = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
const ERROR = { payload: '{"errorType":"Error","errorMessage":"boom"}', functionError: 'Unhandled' };
const MINUTE = 60_000;

let clock: ManualClock;
let invoke: InvokeFunction;
let calls: string[];
let system: ReturnType<typeof localLambda>;
let sent: ReturnType<typeof recordingDeliver>;
let lambda: ReturnType<typeof system.boot>;

beforeEach(async () => {
  clock = manualClock();
  calls = [];
  sent = recordingDeliver();
  invoke = async () => ({ payload: 'null' });
  system = localLambda(
    clock,
    (name, payload, signal) => {
      calls.push(payload);
      return invoke(name, payload, signal);
    },
    sent.deliver,
  );
  lambda = system.boot();
  await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'worker', DeadLetterConfig: { TargetArn: DEAD } });
});
afterEach(async () => {
  await stop(lambda);
  await system.close();
});

async function stop(service: typeof lambda): Promise<void> {
  const stopping = service.stop?.();
  clock.advance(10_000);
  await stopping;
}

async function configure(config: object): Promise<void> {
  await create(lambda, 'AWS::Lambda::EventInvokeConfig', { FunctionName: 'worker', Qualifier: '$LATEST', ...config });
}

describe('an asynchronous invocation', () => {
  it('runs the function with the payload, and is over', async () => {
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{"a":1}');
    await until(() => lambda.pendingEvents() === 0);
    expect(calls).toEqual(['{"a":1}']);
    expect(sent.delivered).toEqual([]);
  });

  it('is refused for a function that is not there, and for a payload that is no JSON', async () => {
    await expect(lambda.invokeAsync(`${FUNCTION_ARN}x`, '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(lambda.invokeAsync(FUNCTION_ARN, 'text')).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
    });
  });

  it('is retried after one minute and then after two, then reported to its destination and dead-letter queue', async () => {
    invoke = async () => ERROR;
    await configure({ DestinationConfig: { OnFailure: { Destination: FAILED } } });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{"a":1}');
    for (const [runs, pause] of [MINUTE, 2 * MINUTE].entries()) {
      await until(() => calls.length === runs + 1);
      await settle();
      clock.advance(pause - 1);
      await settle();
      expect(calls).toHaveLength(runs + 1);
      clock.advance(1);
    }
    await until(() => sent.delivered.length === 2);
    expect(calls).toHaveLength(3);
    const record = sent.delivered.find(({ arn }) => arn === FAILED);
    expect(record?.sourceArn).toBe(FUNCTION_ARN);
    expect(JSON.parse(record?.payload ?? '')).toEqual({
      version: '1.0',
      timestamp: '2026-03-01T12:03:00.000Z',
      requestContext: {
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        functionArn: `${FUNCTION_ARN}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'boom' },
    });
    expect(sent.delivered.find(({ arn }) => arn === DEAD)).toMatchObject({
      payload: '{"a":1}',
      attributes: { RequestID: expect.any(String), ErrorCode: '200', ErrorMessage: 'boom' },
    });
  });

  it('is not retried when its configuration says so', async () => {
    invoke = async () => ERROR;
    await configure({ MaximumRetryAttempts: '0' });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => sent.delivered.length === 1);
    expect(calls).toHaveLength(1);
  });

  it('tells an event bus of a success', async () => {
    invoke = async () => ({ payload: '{"ok":true}' });
    await configure({ DestinationConfig: { OnSuccess: { Destination: BUS } } });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => system.published.length === 1);
    expect(system.published[0]).toMatchObject({
      source: 'lambda',
      detailType: 'Lambda Function Invocation Result - Success',
      resources: [BUS, `${FUNCTION_ARN}:$LATEST`],
      detail: { requestContext: { condition: 'Success' }, responsePayload: { ok: true } },
    });
  });

  it('waits for its destination to take the record', async () => {
    let refusals = 2;
    const flaky = recordingDeliver(() => {
      if (refusals-- > 0) throw new Error('not now');
    });
    const other = localLambda(clock, async () => ({ payload: 'null' }), flaky.deliver);
    const service = other.boot();
    await create(service, 'AWS::Lambda::Function', { FunctionName: 'worker' });
    await create(service, 'AWS::Lambda::EventInvokeConfig', {
      FunctionName: FUNCTION_ARN,
      Qualifier: '$LATEST',
      DestinationConfig: { OnSuccess: { Destination: FAILED } },
    });
    service.start?.();
    await service.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => {
      clock.advance(500);
      return flaky.delivered.length === 1;
    });
    await stop(service);
    await other.close();
  });

  it('is not lost and not counted while the function cannot be run', async () => {
    let broken = true;
    invoke = async () => {
      if (broken) throw new Error('connect ECONNREFUSED');
      return { payload: 'null' };
    };
    await configure({ MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: { Destination: FAILED } } });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    const startedAt = clock.now();
    await until(() => {
      clock.advance(1_000);
      return calls.length === 4;
    });
    // After 1, 2 and 4 seconds.
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(7_000);
    broken = false;
    await until(() => {
      clock.advance(1_000);
      return sent.delivered.length === 1;
    });
    expect(JSON.parse(sent.delivered[0]?.payload ?? '')).toMatchObject({
      requestContext: { approximateInvokeCount: 1 },
    });
    expect(system.faults[0]).toMatch(/worker could not be run: .*ECONNREFUSED/);
  });

  it('is given up when the event is too old', async () => {
    invoke = async () => {
      throw new Error('down');
    };
    await configure({ MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: FAILED } } });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => {
      clock.advance(1_000);
      return sent.delivered.length === 2;
    });
    const record = JSON.parse(sent.delivered.find(({ arn }) => arn === FAILED)?.payload ?? '');
    expect(record.requestContext).toMatchObject({ condition: 'EventAgeExceeded', approximateInvokeCount: 0 });
    expect(record).not.toHaveProperty('responsePayload');
  });

  it('survives a restart, wherever it stood', async () => {
    invoke = () => new Promise(() => {});
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{"n":1}');
    await lambda.invokeAsync(FUNCTION_ARN, '{"n":2}');
    await until(() => calls.length === 2);
    await stop(lambda);

    invoke = async () => ({ payload: 'null' });
    calls.length = 0;
    const after = system.boot();
    await create(after, 'AWS::Lambda::Function', { FunctionName: 'worker' });
    after.start?.();
    await until(() => after.pendingEvents() === 0);
    expect(calls).toEqual(['{"n":1}', '{"n":2}']);
    await stop(after);
  });

  it('waits while the reserved concurrency is in use', async () => {
    let running = 0;
    let most = 0;
    invoke = async () => {
      running += 1;
      most = Math.max(most, running);
      await settle(2);
      running -= 1;
      return { payload: 'null' };
    };
    await create(lambda, 'AWS::Lambda::Function', { FunctionName: 'worker', ReservedConcurrentExecutions: '2' });
    lambda.start?.();
    for (let i = 0; i < 10; i += 1) await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => lambda.pendingEvents() === 0);
    expect(calls).toHaveLength(10);
    expect(most).toBe(2);
  });
});

describe('the log of a function', () => {
  it('has START, END and REPORT around what the function prints', async () => {
    invoke = async () => {
      lambda.appendFunctionLog('worker', 'working');
      return { payload: 'null' };
    };
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => lambda.pendingEvents() === 0);
    const id = /START RequestId: ([\da-f-]{36}) Version: \$LATEST/.exec(system.logged[0]?.message ?? '')?.[1];
    expect(system.logged.map(({ message }) => message)).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      'working',
      `END RequestId: ${id}`,
      expect.stringMatching(
        `REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB`,
      ),
    ]);
    expect(new Set(system.logged.map(({ group }) => group))).toEqual(new Set(['/aws/lambda/worker']));
    expect(system.logged[0]?.stream).toMatch(/^2026\/03\/01\/\[\$LATEST\][\da-f]{32}$/);
    expect(new Set(system.logged.map(({ stream }) => stream)).size).toBe(1);
  });

  it('tells the error of a function', async () => {
    invoke = async () => ERROR;
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => system.logged.length === 4);
    expect(system.logged[1]?.message).toMatch(
      /^2026-03-01T12:00:00.000Z\t[\da-f-]{36}\tERROR\tInvoke Error \t\{.*"boom"/,
    );
  });

  it('is JSON, in the group of its choice, when the function is configured so', async () => {
    await create(lambda, 'AWS::Lambda::Function', {
      FunctionName: 'worker',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: '/mine' },
    });
    lambda.start?.();
    await lambda.invokeAsync(FUNCTION_ARN, '{}');
    await until(() => lambda.pendingEvents() === 0);
    expect(system.logged.map(({ message }) => JSON.parse(message).type)).toEqual(['platform.start', 'platform.report']);
    expect(system.logged[0]?.group).toBe('/mine');
  });
});
