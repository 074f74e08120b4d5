import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../core/attempts.ts';
import { handleDelivery } from '../../../worker/handle-delivery.ts';
import type { JobPorts } from '../../../worker/job-ports.ts';
import { leftToTasks } from '../../../worker/left-to-tasks.ts';
import { ProcessorError } from '../../../worker/processor-error.ts';
import { createResponder } from '../../../worker/responder.ts';
import { bodyOf, createWorld, fakePorts, jobFor, putObject } from '../../support/job-fakes.ts';
import { until } from '../../support/until.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:responder';
const MAX_BYTES = 100;
const CALL_MS = 60_000;
const job = jobFor('a b.jpg');

function setUp(overrides: Partial<JobPorts> = {}) {
  const world = createWorld();
  putObject(world, job);
  const clock = virtualClock();
  const ports = fakePorts(world, { route: 'responder', taskArn: FUNCTION, clock, ...overrides });
  const respond = createResponder({ ports, clock, logger: ports.logger, maxBytes: MAX_BYTES });
  const endsBy = clock.now() + CALL_MS;
  return { world, clock, ports, endsBy, respond: (body = bodyOf(job)) => respond({ messageId: 'm', body, endsBy }) };
}

const attemptsIn = ({ journals }: ReturnType<typeof createWorld>) => journals.get(job.jobId)?.record.attempts ?? [];

describe('the first responder', () => {
  it('completes a job that fits, as its own route, with an attempt that says when it is over', async () => {
    const { world, respond, endsBy } = setUp();
    expect(await respond()).toBe(true);
    expect(world.outcomes.get(job.jobId)).toMatchObject({ status: 'complete', route: 'responder', taskArn: FUNCTION });
    expect(attemptsIn(world)).toMatchObject([
      { taskArn: FUNCTION, endsBy: new Date(endsBy).toISOString(), closed: 'complete' },
    ]);
  });

  it.each([
    ['an object that does not fit', bodyOf(jobFor('large', { size: MAX_BYTES + 1 }))],
    ['a message that is no event, which needs a dead letter', '{"hello":1}'],
  ])('leaves %s, and touches nothing', async (_, body) => {
    const { world, respond } = setUp();
    expect(await respond(body)).toBe(false);
    expect(world.calls).toEqual([]);
  });

  it.each<[string, Partial<Attempt>]>([
    ['is closed', { closed: 'error' }],
    ['is open, in a task that ECS has to be asked about', {}],
    ['was its own and is over', { taskArn: FUNCTION, endsBy: '2026-01-01T00:00:00.000Z' }],
  ])('leaves a job whose earlier attempt %s, without an attempt of its own', async (_, earlier) => {
    const { world, respond } = setUp();
    const attempts = [
      { id: 'old', taskArn: 'arn:task/1', startedAt: '2026-01-01T00:00:00.000Z', alone: false, ...earlier },
    ];
    world.journals.set(job.jobId, { record: { v: 1, jobId: job.jobId, attempts }, etag: '1' });
    expect(await respond()).toBe(false);
    expect(attemptsIn(world)).toEqual(attempts);
    expect(world.calls).not.toContain('tasks.describe');
    expect(world.calls).not.toContain('objects.download');
  });

  it('takes a message away whose job another has brought to its end', async () => {
    const { world, respond } = setUp();
    await respond();
    expect(await respond()).toBe(true);
    expect(attemptsIn(world)).toHaveLength(1);
  });

  it('gives a job back that takes too long, before Lambda ends the call, and that does not count', async () => {
    const { world, clock, respond, endsBy } = setUp();
    const begun = Promise.withResolvers<void>();
    world.process = ({ signal }) =>
      new Promise((_resolve, reject) => {
        begun.resolve();
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const responding = respond();
    await begun.promise;
    await clock.advance(CALL_MS - 5_000);
    expect(await responding).toBe(false);
    expect(clock.now()).toBeLessThan(endsBy);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'released', error: expect.stringContaining('out-of-time') }]);
  });

  it('counts what the processor did, as a task would: both give it the same memory', async () => {
    const { world, respond } = setUp();
    world.process = () => Promise.reject(new ProcessorError('out-of-memory', 'too much'));
    expect(await respond()).toBe(false);
    expect(attemptsIn(world)).toMatchObject([{ closed: 'error', error: expect.stringContaining('out-of-memory') }]);
  });

  it('leaves the dead letter of a failure to a task, which finds the outcome', async () => {
    const { world, ports, respond } = setUp();
    world.objects.set(job.jobId, { bytes: 0, head: Buffer.alloc(0) });
    const { send } = ports.deadLetters;
    ports.deadLetters.send = () => Promise.reject(leftToTasks('No queue.'));
    expect(await respond()).toBe(false);
    expect(world.outcomes.get(job.jobId)).toMatchObject({ status: 'failed', reason: 'zero-bytes', route: 'responder' });
    expect(world.timeline).toEqual([]);
    ports.deadLetters.send = send;
    const task = { ...ports, route: 'service' as const, taskArn: 'arn:task/1' };
    const end = await handleDelivery(task, { body: bodyOf(job), signal: new AbortController().signal });
    expect(end.kind).toBe('settled');
    expect([world.deadLetters.length, world.timeline.length]).toEqual([1, 1]);
  });

  it('has one outcome when a task works at the same time', async () => {
    const { world, ports, respond } = setUp();
    const barrier = Promise.withResolvers<void>();
    const { process } = world;
    let working = 0;
    world.process = async (order) => {
      working += 1;
      await barrier.promise;
      return process(order);
    };
    const first = respond();
    await until(() => working === 1);
    const task = { ...ports, route: 'service' as const, taskArn: 'arn:task/1' };
    const second = handleDelivery(task, { body: bodyOf(job), signal: new AbortController().signal });
    await until(() => working === 2);
    barrier.resolve();
    expect(await first).toBe(true);
    expect(await second).toMatchObject({ kind: 'settled', outcome: { route: world.outcomes.get(job.jobId)?.route } });
    expect(world.outcomes.size).toBe(1);
    // The other was no crash: nobody had to run alone.
    expect(attemptsIn(world).map(({ alone }) => alone)).toEqual([false, false]);
  });
});
