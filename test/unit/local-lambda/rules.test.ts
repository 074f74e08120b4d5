import { describe, expect, it } from 'vitest';
import { decideAsync } from '../../../infra/local/lambda/async-verdict.ts';
import { failedIds } from '../../../infra/local/lambda/event-source/batch-response.ts';
import { compileFilters } from '../../../infra/local/lambda/event-source/record-filter.ts';
import { sqsRecord } from '../../../infra/local/lambda/event-source/sqs-records.ts';
import { functionNameOf } from '../../../infra/local/lambda/registry.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:launch';
const message = {
  messageId: 'm-1',
  receiptHandle: 'handle',
  body: '{"detail":{"size":7}}',
  md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
  attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1770000000000' },
  messageAttributes: {
    reason: { DataType: 'String', StringValue: 'x' },
    image: { DataType: 'Binary', BinaryValue: 'AAE=' },
  },
};

describe('which messages of a batch failed', () => {
  it.each([
    ['nothing returned', 'null', []],
    ['an empty payload', '', []],
    ['an empty object', '{}', []],
    ['an empty list', '{"batchItemFailures":[]}', []],
    ['a list that is null', '{"batchItemFailures":null}', []],
    ['one', '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
    ['one twice', '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}', ['b']],
    ['more members', '{"x":1,"batchItemFailures":[{"itemIdentifier":"b","why":"y"}]}', ['b']],
    ['an unknown ID', '{"batchItemFailures":[{"itemIdentifier":"z"}]}', ['a', 'b', 'c']],
    [
      'a known and an unknown ID',
      '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"z"}]}',
      ['a', 'b', 'c'],
    ],
    ['an empty ID', '{"batchItemFailures":[{"itemIdentifier":""}]}', ['a', 'b', 'c']],
    ['a null ID', '{"batchItemFailures":[{"itemIdentifier":null}]}', ['a', 'b', 'c']],
    ['a wrong member', '{"batchItemFailures":[{"ItemIdentifier":"a"}]}', ['a', 'b', 'c']],
    ['no list', '{"batchItemFailures":"a"}', ['a', 'b', 'c']],
    ['text', '"fine"', ['a', 'b', 'c']],
    ['no JSON', 'fine', ['a', 'b', 'c']],
  ])('%s', (_name, payload, failed) => {
    expect([...failedIds(payload, ['a', 'b', 'c'])]).toEqual(failed);
  });
});

describe('an SQS record', () => {
  it('has the members that Lambda gives it', () => {
    expect(sqsRecord(message, QUEUE)).toEqual({
      messageId: 'm-1',
      receiptHandle: 'handle',
      body: '{"detail":{"size":7}}',
      attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1770000000000' },
      messageAttributes: {
        reason: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
        image: { binaryValue: 'AAE=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
      awsRegion: 'eu-west-1',
    });
  });

  it.each([
    ['no filters', [], message.body, true],
    ['a body that matches', [{ body: { detail: { size: [{ numeric: ['>', 5] }] } } }], message.body, true],
    ['a body that does not', [{ body: { detail: { size: [{ numeric: ['>', 9] }] } } }], message.body, false],
    ['any of several', [{ body: { x: [1] } }, { body: { detail: { size: [7] } } }], message.body, true],
    ['a body that is no JSON', [{ body: { x: [1] } }], 'text', false],
    ['a plain body by its text', [{ body: ['text'] }], 'text', true],
    ['an attribute', [{ messageAttributes: { reason: { stringValue: ['x'] } } }], 'text', true],
  ])('is filtered: %s', (_name, filters, body, passes) => {
    const record = sqsRecord({ ...message, body }, QUEUE);
    expect(compileFilters(filters.map((filter) => JSON.stringify(filter)))(record)).toBe(passes);
  });
});

describe('what follows on a try of an asynchronous invocation', () => {
  const config = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 21_600 };
  const minute = 60_000;
  it.each([
    ['success', { ended: 'succeeded', invokes: 1, notRun: 0, ageMs: 5 }, {}, { kind: 'succeeded' }],
    [
      'the first error',
      { ended: 'function-error', invokes: 1, notRun: 0, ageMs: 5 },
      {},
      { kind: 'retry', afterMs: minute },
    ],
    [
      'the second error',
      { ended: 'function-error', invokes: 2, notRun: 0, ageMs: minute },
      {},
      { kind: 'retry', afterMs: 2 * minute },
    ],
    [
      'the third error',
      { ended: 'function-error', invokes: 3, notRun: 0, ageMs: 3 * minute },
      {},
      { kind: 'failed', condition: 'RetriesExhausted' },
    ],
    [
      'an error without retries',
      { ended: 'function-error', invokes: 1, notRun: 0, ageMs: 5 },
      { maximumRetryAttempts: 0 },
      { kind: 'failed', condition: 'RetriesExhausted' },
    ],
    [
      'an error too late for a retry',
      { ended: 'function-error', invokes: 1, notRun: 0, ageMs: 5 },
      { maximumEventAgeInSeconds: 60 },
      { kind: 'failed', condition: 'EventAgeExceeded' },
    ],
    ['a throttle', { ended: 'not-run', invokes: 0, notRun: 0, ageMs: 5 }, {}, { kind: 'retry', afterMs: 1_000 }],
    [
      'the fourth throttle',
      { ended: 'not-run', invokes: 0, notRun: 3, ageMs: 5 },
      {},
      { kind: 'retry', afterMs: 8_000 },
    ],
    [
      'the hundredth throttle',
      { ended: 'not-run', invokes: 0, notRun: 99, ageMs: 5 },
      {},
      { kind: 'retry', afterMs: 5 * minute },
    ],
    [
      'a throttle near the end of its age',
      { ended: 'not-run', invokes: 0, notRun: 99, ageMs: 21_599_000 },
      {},
      { kind: 'retry', afterMs: 1_000 },
    ],
    [
      'a throttle at the end of its age',
      { ended: 'not-run', invokes: 0, notRun: 99, ageMs: 21_600_000 },
      {},
      { kind: 'failed', condition: 'EventAgeExceeded' },
    ],
  ] as const)('%s', (_name, attempt, change, verdict) => {
    expect(decideAsync(attempt, { ...config, ...change })).toEqual(verdict);
  });
});

describe("a function's name", () => {
  it.each([
    'f',
    'f:1',
    'f:$LATEST',
    '000000000000:function:f',
    'arn:aws:lambda:eu-west-1:000000000000:function:f',
    'arn:aws:lambda:eu-west-1:000000000000:function:f:1',
  ])('is found in %s', (text) => expect(functionNameOf(text)).toBe('f'));
});
