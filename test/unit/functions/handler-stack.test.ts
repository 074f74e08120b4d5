import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { handlerStack } from '../../../functions/handler-stack.ts';

const CONTEXT = {
  functionName: 'f',
  awsRequestId: 'r1',
  memoryLimitInMB: '128',
  invokedFunctionArn: 'arn',
  functionVersion: '1',
};

const lines: Record<string, unknown>[] = [];
const capture = (text: unknown) => void lines.push(JSON.parse(String(text)));

beforeEach(() => {
  lines.length = 0;
  // Powertools writes through a console of its own unless it is told that this is development.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  for (const method of ['info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(capture);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const parts = { expects: 'a greeting', schema: z.object({ name: z.string() }) };

it('parses the event, composes once and gives back the result', async () => {
  let composed = 0;
  const handler = handlerStack({
    ...parts,
    compose: () => {
      composed += 1;
      return async ({ name }) => `hello ${name}`;
    },
  });
  expect(await handler({ name: 'a', more: 1 }, CONTEXT)).toBe('hello a');
  expect(await handler({ name: 'b' }, CONTEXT)).toBe('hello b');
  expect(composed).toBe(1);
});

it('says what an event should have been, and runs nothing', async () => {
  const run = vi.fn();
  const handler = handlerStack({ ...parts, compose: () => run });
  await expect(handler({ name: 7 }, CONTEXT)).rejects.toThrow(/^The event is not a greeting: name: .*expected string/);
  expect(run).not.toHaveBeenCalled();
});

it('logs an error once, with the request, and throws it on', async () => {
  const handler = handlerStack({ ...parts, compose: () => () => Promise.reject(new Error('no room')) });
  await expect(handler({ name: 'a' }, CONTEXT)).rejects.toThrow('no room');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'ERROR', message: 'no room', function_request_id: 'r1' });
});

it('says what is missing in the settings, and asks again the next time', async () => {
  let complete = false;
  const handler = handlerStack({
    ...parts,
    compose: () => {
      if (!complete) throw new Error('STAGE is missing');
      return async () => 'ok';
    },
  });
  await expect(handler({ name: 'a' }, CONTEXT)).rejects.toThrow('STAGE is missing');
  complete = true;
  expect(await handler({ name: 'a' }, CONTEXT)).toBe('ok');
});

it('gives the log lines of the logic the request', async () => {
  const handler = handlerStack({
    ...parts,
    compose: (log) => async () => log.info('hi', { jobId: 'j' }),
  });
  await handler({ name: 'a' }, CONTEXT);
  expect(lines[0]).toMatchObject({
    level: 'INFO',
    message: 'hi',
    jobId: 'j',
    function_request_id: 'r1',
    cold_start: expect.any(Boolean),
  });
});
