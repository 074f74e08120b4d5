import { describe, expect, it } from 'vitest';
import { clientTokenOf, readLaunchEnvironment } from '../../../core/launch.ts';
import { objectCreatedBody } from '../../../core/object-event.ts';
import type { Outcome } from '../../../core/outcome.ts';
import { queuedLaunchText } from '../../../core/queued-launch.ts';
import { launchBatchSchema, onObjectCreated } from '../../../functions/on-object-created.ts';
import { functionPorts } from '../../support/function-ports.ts';
import { LARGE_JOB } from '../../support/task-stops.ts';

const BODY = objectCreatedBody(LARGE_JOB, 'aws.s3');

function batch(...bodies: string[]) {
  return launchBatchSchema.parse({
    Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: 'aws:sqs' })),
  });
}

const back = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

function outcome(status: Outcome['status'], reason?: string): Outcome {
  return { v: 1, jobId: LARGE_JOB.jobId, status, ...(reason === undefined ? {} : { reason }) } as Outcome;
}

describe('a message of the launch queue', () => {
  it('becomes a task of the size of its object', async () => {
    const { ports, requests } = functionPorts();
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    const [request] = requests;
    expect(request).toMatchObject({
      taskDefinition: ports.taskDefinition,
      startedBy: `job/${LARGE_JOB.jobId}/1`,
      clientToken: clientTokenOf(LARGE_JOB.jobId, 1),
      changes: { size: { cpu: 1024, memory: 2048 } },
    });
    expect(readLaunchEnvironment(request?.changes.environment ?? {})).toEqual({ job: LARGE_JOB, attempt: 1 });
    expect(request?.changes.environment.PROCESSOR_MEMORY_MIB).toBe('1792');
  });

  it('becomes a larger task with more scratch space when the object is huge', async () => {
    const { ports, requests } = functionPorts();
    const huge = { jobId: LARGE_JOB.jobId, source: { ...LARGE_JOB.source, size: 20 * 2 ** 30 } };
    await onObjectCreated(batch(objectCreatedBody(huge, 'aws.s3')), ports);
    expect(requests[0]?.changes).toMatchObject({ size: { cpu: 16384, memory: 122880 }, scratchGib: 46 });
  });

  it.each([
    ['not JSON', 'hello'],
    ["S3's own notification", '{"Records":[{"s3":{}}]}'],
    [
      'an event of another bucket',
      objectCreatedBody({ ...LARGE_JOB, source: { ...LARGE_JOB.source, bucket: 'results' } }, 'aws.s3'),
    ],
  ])('is set aside when it is %s', async (_name, body) => {
    const { ports, requests, deadLetters, outcomes } = functionPorts();
    expect(await onObjectCreated(batch(body), ports)).toEqual(back());
    expect(deadLetters).toEqual([{ body, attributes: { reason: 'malformed-message', attempts: '0' } }]);
    expect(requests).toEqual([]);
    expect(outcomes.size).toBe(0);
  });

  it('is dropped when it is of a folder marker', async () => {
    const { ports, requests, deadLetters } = functionPorts();
    const marker = { ...LARGE_JOB, source: { ...LARGE_JOB.source, key: 'scans/' } };
    expect(await onObjectCreated(batch(objectCreatedBody(marker, 'aws.s3')), ports)).toEqual(back());
    expect([requests, deadLetters]).toEqual([[], []]);
  });

  it('is dropped when its job has an outcome', async () => {
    const { ports, requests, deadLetters, outcomes } = functionPorts();
    outcomes.set(LARGE_JOB.jobId, outcome('complete'));
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect([requests, deadLetters]).toEqual([[], []]);
  });

  it('becomes a task all the same when the handler of a stop wants what follows from the outcome done', async () => {
    const { ports, requests, outcomes } = functionPorts();
    outcomes.set(LARGE_JOB.jobId, outcome('complete'));
    const launch = queuedLaunchText({ launch: { job: LARGE_JOB, attempt: 1, losses: 1 }, clientToken: 'token' });
    const messageAttributes = { launch: { stringValue: launch } };
    const records = { Records: [{ messageId: 'm0', body: BODY, messageAttributes }] };
    expect(await onObjectCreated(launchBatchSchema.parse(records), ports)).toEqual(back());
    expect(requests).toMatchObject([{ clientToken: 'token', changes: { environment: { LOSSES: '1' } } }]);
  });

  it('is set aside once more when its launch was refused before', async () => {
    const { ports, requests, deadLetters, outcomes } = functionPorts();
    outcomes.set(LARGE_JOB.jobId, outcome('failed', 'launch-refused'));
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect(requests).toEqual([]);
    expect(deadLetters).toMatchObject([{ body: BODY, attributes: { reason: 'launch-refused' } }]);
  });

  it('stays in the queue, alone, while ECS has no room', async () => {
    const { ports, answers, outcomes, alerts } = functionPorts();
    const other = objectCreatedBody({ ...LARGE_JOB, source: { ...LARGE_JOB.source, key: 'b' } }, 'aws.s3');
    answers.push({ kind: 'wait', code: 'RESOURCE:MEMORY', message: 'no' });
    expect(await onObjectCreated(batch(BODY, other), ports)).toEqual(back('m0'));
    expect([outcomes.size, alerts.length]).toEqual([0, 0]);
  });

  it('is told of once when ECS has had no room for a quarter of an hour', async () => {
    const { ports, answers, alerts } = functionPorts();
    const sentAgo = (minutes: number, messageId: string) => ({
      messageId,
      body: BODY,
      attributes: { SentTimestamp: String(ports.clock.now() - minutes * 60_000) },
    });
    const Records = [sentAgo(14, 'a'), sentAgo(15, 'b'), sentAgo(90, 'c')];
    for (const _ of Records) answers.push({ kind: 'wait', code: 'Capacity', message: 'is unavailable at this time.' });
    expect(await onObjectCreated(launchBatchSchema.parse({ Records }), ports)).toEqual(back('a', 'b', 'c'));
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.subject).toContain('A task has waited 15 minutes for its start');
    expect(alerts[0]?.body).toContain('is unavailable at this time.');
    expect(alerts[0]?.body).toContain('the object is not lost');
  });

  it('stays in the queue, alone, when something unforeseen happens', async () => {
    const { ports, breaks, logged } = functionPorts();
    breaks.add('deadLetters');
    expect(await onObjectCreated(batch('not JSON', BODY), ports)).toEqual(back('m0'));
    expect(logged.filter(({ level }) => level === 'error').at(-1)?.details).toEqual({
      messageId: 'm0',
      error: 'Error: broken at deadLetters',
    });
  });

  it('is done when another request with its token has started its task', async () => {
    const { ports, requests, answers, facts } = functionPorts();
    answers.push({ kind: 'already-started', taskArns: ['arn:task/old'] });
    facts.set('arn:task/old', { stopped: false });
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect(requests).toHaveLength(1);
  });
});

describe('a message that the sweep sent again', () => {
  const STALE = [
    ['answers with a task that has stopped', { kind: 'started', taskArn: 'arn:task/old', stopped: true }],
    ['conflicts with a task that is gone', { kind: 'already-started', taskArns: ['arn:task/old'] }],
  ] as const;

  it.each(STALE)('gets a new task when the old token %s', async (_name, answer) => {
    const { ports, requests, answers } = functionPorts();
    answers.push(answer);
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect(requests.map(({ clientToken }) => clientToken)).toEqual([
      clientTokenOf(LARGE_JOB.jobId, 1),
      clientTokenOf(clientTokenOf(LARGE_JOB.jobId, 1), 'm0'),
    ]);
  });

  it('gets none while the task of a later attempt is at it', async () => {
    const { ports, requests, answers, live } = functionPorts();
    answers.push(STALE[0][1]);
    live.set(`job/${LARGE_JOB.jobId}/2`, ['arn:task/second']);
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect(requests).toHaveLength(1);
  });
});

describe('a launch that ECS refuses', () => {
  const refused = { kind: 'refused', code: 'MISSING', message: 'MISSING' } as const;

  it('ends the job as failed, sets the message aside and alerts', async () => {
    const { ports, answers, outcomes, timeline, deadLetters, alerts } = functionPorts();
    answers.push(refused);
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    const committed = outcomes.get(LARGE_JOB.jobId);
    expect(committed).toMatchObject({
      status: 'failed',
      reason: 'launch-refused',
      route: 'task',
      attempts: 0,
      milliseconds: 0,
    });
    expect(committed?.message).toBe('ECS refused to start the task: MISSING.');
    expect(timeline).toEqual([committed]);
    expect(deadLetters).toEqual([
      {
        body: BODY,
        attributes: {
          reason: 'launch-refused',
          jobId: LARGE_JOB.jobId,
          attempts: '0',
          failedAt: '2026-03-01T12:04:00.000Z',
        },
      },
    ]);
    expect(alerts).toHaveLength(1);
  });

  it('sends one e-mail for all that it meets in a quarter of an hour', async () => {
    const { ports, answers, alerts, deadLetters, state } = functionPorts();
    const bodies = Array.from({ length: 10 }, (_, index) =>
      objectCreatedBody({ ...LARGE_JOB, source: { ...LARGE_JOB.source, key: `k${index}` } }, 'aws.s3'),
    );
    answers.push(...bodies.map(() => refused));
    await onObjectCreated(batch(...bodies), ports);
    expect([alerts.length, deadLetters.length]).toEqual([1, 10]);
    state.now += 15 * 60_000;
    answers.push(refused);
    await onObjectCreated(batch(BODY), ports);
    expect(alerts).toHaveLength(2);
  });

  it('leaves an outcome alone that a task has recorded meanwhile', async () => {
    const { ports, answers, outcomes, deadLetters, alerts } = functionPorts();
    answers.push(refused);
    const complete = outcome('complete');
    ports.outcomes.commit = async () => ({ outcome: complete, won: false });
    expect(await onObjectCreated(batch(BODY), ports)).toEqual(back());
    expect([outcomes.size, deadLetters.length, alerts.length]).toEqual([0, 0, 0]);
  });
});
