import { describe, expect, it } from 'vitest';
import { MalformedEventError, parseObjectCreated } from '../../core/object-event.ts';
import { launchMessage } from '../../functions/launch-message.ts';
import { handleDelivery } from '../../worker/handle-delivery.ts';
import { functionPorts } from '../support/function-ports.ts';
import { createWorld, fakePorts, putObject } from '../support/job-fakes.ts';
import { messages, sampleObjects } from './messages/all.ts';

const corpus = messages(sampleObjects());
/** What the brief of an error message is: nothing of a stranger's text may make it long. */
const MAX_WORDS = 400;

describe('the corpus of messages', () => {
  it('has more than 200, under names of their own', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(200);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
    expect(new Set(corpus.map(({ body }) => body)).size).toBe(corpus.length);
  });
});

describe('each message is read or refused in one sentence', () => {
  it.each(corpus.map((message) => [message.name, message] as const))('%s', (_, { body, ends }) => {
    if (ends !== 'malformed') {
      const { source } = parseObjectCreated(body);
      expect(source.bucket).toBe('inbox');
      return;
    }
    const refusal = refusalOf(body);
    expect(refusal).toMatch(/\.$/);
    expect(refusal.length).toBeLessThan(MAX_WORDS);
  });

  /** Also an event that can be read is refused when it is of another bucket: that is not the parser's to know. */
  function refusalOf(body: string): string {
    try {
      const { source } = parseObjectCreated(body);
      expect(source.bucket).not.toBe('inbox');
      return 'Of another bucket.';
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedEventError);
      return (error as Error).message;
    }
  }
});

describe('each message ends in the worker as the corpus says', () => {
  it.each(corpus.map((message) => [message.name, message] as const))('%s', async (_, { body, ends }) => {
    const world = createWorld();
    if (ends === 'complete') putObject(world, parseObjectCreated(body));
    const end = await handleDelivery(fakePorts(world), { body, signal: new AbortController().signal });
    if (ends === 'ignored') return expect(end).toEqual({ kind: 'not-a-job' });
    const status = ends === 'malformed' ? { status: 'failed', reason: 'malformed-message' } : { status: ends };
    expect(end).toMatchObject({ kind: 'settled', outcome: status });
    expect(world.deadLetters).toHaveLength(ends === 'malformed' ? 1 : 0);
    expect(world.timeline).toHaveLength(1);
  });
});

describe('each message ends in the function that launches tasks as the corpus says', () => {
  it.each(corpus.map((message) => [message.name, message] as const))('%s', async (_, { body, ends }) => {
    const { ports, requests, deadLetters } = functionPorts();
    expect(await launchMessage({ messageId: 'm', body }, ports)).toBe('done');
    expect(requests).toHaveLength(ends === 'complete' || ends === 'gone' ? 1 : 0);
    expect(deadLetters.map(({ attributes }) => attributes?.reason)).toEqual(
      ends === 'malformed' ? ['malformed-message'] : [],
    );
  });
});

it('nothing of all this has changed what every object inherits', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['detail-type']).toBeUndefined();
});
