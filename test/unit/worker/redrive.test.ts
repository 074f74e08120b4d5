import { expect, it } from 'vitest';
import { PermanentError } from '../../../core/errors.ts';
import { handleDelivery } from '../../../worker/handle-delivery.ts';
import { ProcessorError } from '../../../worker/processor-error.ts';
import { bodyOf, createWorld, fakePorts, jobFor, putObject } from '../../support/job-fakes.ts';

const job = jobFor('k');

/** A job that failed once, its processor mended since. */
async function failed(error: Error = new PermanentError('corrupt', 'Cut off.'), deliveries = 1) {
  const world = createWorld();
  const ports = fakePorts(world);
  putObject(world, job);
  const mended = world.process;
  world.process = async () => {
    throw error;
  };
  for (let delivery = 0; delivery < deliveries; delivery += 1) await deliver(undefined);
  const failedAt = world.outcomes.get(job.jobId)?.finishedAt ?? '';
  return { world, ports, mended, failedAt, deliver };

  function deliver(at: string | undefined) {
    const delivery = { body: bodyOf(job), signal: new AbortController().signal };
    return handleDelivery(ports, at === undefined ? delivery : { ...delivery, failedAt: at });
  }
}

const later = { clock: { now: () => Date.parse('2026-03-02T00:00:00Z'), sleep: async () => undefined } };

it('a dead letter that comes back is worked on, and its outcome takes the place of the failure', async () => {
  const { world, mended, failedAt, deliver } = await failed();
  world.process = mended;
  expect(await deliver(failedAt)).toMatchObject({ kind: 'settled', outcome: { status: 'complete', attempts: 1 } });
  expect(world.outcomes.get(job.jobId)?.status).toBe('complete');
  expect(world.latest.get('k')?.record.jobId).toBe(job.jobId);
  expect(world.deadLetters).toHaveLength(1);
});

it('the attempts that led to the failure do not count against the new try', async () => {
  const crash = new ProcessorError('processor-crashed', 'Exit code 1.');
  const { world, mended, failedAt, deliver } = await failed(crash, 3);
  expect(world.outcomes.get(job.jobId)).toMatchObject({ reason: 'attempts-exhausted', attempts: 3 });
  await deliver(failedAt);
  expect(world.outcomes.get(job.jobId)?.finishedAt).toBe(failedAt);
  expect(world.journals.get(job.jobId)?.record).toMatchObject({ failedAt, attempts: [{ closed: 'error' }] });
  world.process = mended;
  expect(await deliver(failedAt)).toMatchObject({ outcome: { status: 'complete', attempts: 2 } });
});

it('a job that fails once more has the new failure, and one copy of it', async () => {
  const { world, failedAt } = await failed();
  const ports = fakePorts(world, later);
  await handleDelivery(ports, { body: bodyOf(job), signal: new AbortController().signal, failedAt });
  const outcome = world.outcomes.get(job.jobId);
  expect(outcome?.finishedAt).toBe('2026-03-02T00:00:00.000Z');
  expect(world.deadLetters.map(({ attributes }) => attributes?.failedAt)).toEqual([failedAt, outcome?.finishedAt]);
});

it.each(['outcomes.commit', 'deadLetters.send', 'journal.write', 'objects.download'])(
  'the failure stands until the redrive has its outcome, when a worker breaks off at %s',
  async (point) => {
    const { world, ports, mended, failedAt, deliver } = await failed();
    world.process = mended;
    let broken = false;
    world.fault = (call) => {
      if (call !== point || broken) return;
      broken = true;
      throw new Error(`broken at ${point}`);
    };
    await deliver(failedAt);
    expect(world.outcomes.get(job.jobId)?.status).toBe(point === 'deadLetters.send' ? 'complete' : 'failed');
    await deliver(failedAt);
    expect(world.outcomes.get(job.jobId)?.status).toBe('complete');
    expect(ports.taskArn).toBe('arn:task/1');
  },
);

it('a second copy of the same failure finds the outcome and starts nothing', async () => {
  const { world, mended, failedAt, deliver } = await failed();
  world.process = mended;
  await deliver(failedAt);
  const runs = () => world.calls.filter((call) => call === 'processors.run').length;
  const before = runs();
  expect(await deliver(failedAt)).toMatchObject({ kind: 'settled', outcome: { status: 'complete' } });
  expect(runs()).toBe(before);
});

it('an ordinary duplicate of the event does not start a failed job again', async () => {
  const { world, mended, deliver } = await failed();
  world.process = mended;
  await deliver(undefined);
  expect(world.outcomes.get(job.jobId)?.status).toBe('failed');
});
