import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJournalStore } from '../../../aws/journal-store.ts';
import { createLatestStore } from '../../../aws/latest-store.ts';
import { createListings } from '../../../aws/listings.ts';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { type Bucket, writeRecord } from '../../../aws/record.ts';
import { createTimelineStore } from '../../../aws/timeline-store.ts';
import { type JobId, jobOf } from '../../../core/job.ts';
import { type Outcome, recordKeys, timelineEntrySchema } from '../../../core/outcome.ts';
import { startWorkerAws, type WorkerAws } from '../../support/worker-aws.ts';

let aws: WorkerAws;
let results: Bucket;
let ids = 0;

beforeAll(async () => {
  aws = await startWorkerAws();
  results = { client: aws.s3, name: 'results' };
});
afterAll(() => aws.close());

const newId = () => (++ids).toString(16).padStart(64, '0') as JobId;

function outcome(jobId: JobId, rest: Partial<Outcome> = {}): Outcome {
  return {
    v: 1,
    jobId,
    status: 'complete',
    route: 'service',
    attempts: 1,
    taskArn: 'arn:task/1',
    startedAt: '2026-03-01T12:00:00.000Z',
    finishedAt: '2026-03-01T12:00:01.000Z',
    milliseconds: 1_000,
    outputs: [],
    ...rest,
  };
}

/** A client whose answers to puts get lost after they were carried out. */
function lossy(times: number): Bucket {
  let left = times;
  const client = Object.create(aws.s3) as S3Client;
  client.send = (async (command: Parameters<S3Client['send']>[0]) => {
    const answer = await aws.s3.send(command as never);
    if (command.constructor.name === 'PutObjectCommand' && left-- > 0) throw new Error('socket hang up');
    return answer;
  }) as S3Client['send'];
  return { client, name: 'results' };
}

describe('outcomes', () => {
  it('are created once: the second commit gets the first one back', async () => {
    const store = createOutcomeStore(results);
    const first = outcome(newId());
    expect(await store.read(first.jobId)).toBeUndefined();
    expect(await store.commit(first)).toEqual({ outcome: first, won: true });
    const second = outcome(first.jobId, { status: 'failed', reason: 'corrupt', taskArn: 'arn:task/2' });
    expect(await store.commit(second)).toEqual({ outcome: first, won: false });
    expect(await store.read(first.jobId)).toEqual(first);
  });

  it('are won by exactly one of many', async () => {
    const jobId = newId();
    const store = createOutcomeStore(results);
    const commits = await Promise.all(
      Array.from({ length: 12 }, (_, index) => store.commit(outcome(jobId, { taskArn: `arn:task/${index}` }))),
    );
    expect(commits.filter(({ won }) => won)).toHaveLength(1);
    expect(new Set(commits.map((commit) => commit.outcome.taskArn)).size).toBe(1);
  });

  it('are known for one’s own when the answer to the put was lost', async () => {
    const ours = outcome(newId());
    expect(await createOutcomeStore(lossy(1)).commit(ours)).toEqual({ outcome: ours, won: true });
  });

  it('of a format to come are left alone, not lost', async () => {
    const jobId = newId();
    await writeRecord(results, recordKeys.outcome(jobId), { ...outcome(jobId), v: 2 }, 'always');
    await expect(createOutcomeStore(results).read(jobId)).rejects.toMatchObject({
      code: 'unknown-record',
      retryable: true,
    });
  });
});

describe('journals and pointers', () => {
  it('change only from the state that was read', async () => {
    const store = createJournalStore(results);
    const jobId = newId();
    const empty = { v: 1 as const, jobId, attempts: [] };
    const etag = await store.write(empty, undefined);
    expect(await store.write(empty, undefined)).toBeUndefined();
    const stored = await store.read(jobId);
    expect(stored?.etag).toBe(etag);
    const attempt = { id: 'a', taskArn: 't', startedAt: 'now', alone: false };
    expect(await store.write({ ...empty, attempts: [attempt] }, stored?.etag)).toBeTypeOf('string');
    expect(await store.write(empty, stored?.etag)).toBeUndefined();
    expect((await store.read(jobId))?.record.attempts).toEqual([attempt]);
  });

  it('do not come back after they were deleted in between', async () => {
    const store = createLatestStore(results);
    const latest = { v: 1 as const, key: 'ü/../k', jobId: newId(), sequencer: '01' };
    await store.write(latest, undefined);
    const stored = await store.read(latest.key);
    expect(stored?.record).toEqual(latest);
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'results', Key: recordKeys.latest(latest.key) }));
    expect(await store.write(latest, stored?.etag)).toBe(false);
  });
});

describe('the timeline', () => {
  it('holds a small entry under the hour of the end', async () => {
    const source = { bucket: 'inbox', key: 'k', etag: 'e', size: 1, sequencer: '' };
    const ended = outcome(newId(), { source, metadata: { placeholder: 'x' } });
    const store = createTimelineStore(results);
    await store.add(ended);
    await store.add(ended);
    const keys = await aws.keys('results', 'timeline/2026/03/01/12/');
    expect(keys).toEqual([`timeline/2026/03/01/12/2026-03-01T12-00-01-000Z-${ended.jobId}.json`]);
    expect(timelineEntrySchema.keyof().options).not.toContain('metadata');
  });
});

describe('listings', () => {
  it('page through versions of any key, without delete markers', async () => {
    const keys = ['a b+c%25.jpg', '😀/é', '<&">\u0001', '//x', 'x'.repeat(1_000)];
    const jobs = await Promise.all(keys.map((key) => aws.upload(key, Buffer.from('1'))));
    const second = await aws.upload(keys[0] ?? '', Buffer.from('22'));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'inbox', Key: keys[1] ?? '' }));
    const found = [];
    for await (const page of createListings({ client: aws.s3, name: 'inbox' }, results).versions()) found.push(...page);
    const ids = found.map(({ source }) => jobOf(source).jobId);
    expect(new Set(ids)).toEqual(new Set([...jobs, second].map(({ jobId }) => jobId)));
    expect(found.every(({ lastModified }) => Math.abs(Date.now() - lastModified) < 60_000)).toBe(true);
  });

  it('find the outcomes of the digits that are asked for, with their dates', async () => {
    const store = createOutcomeStore(results);
    const ids = [...'0123456789abcdef'].map((digit) => digit.repeat(64) as JobId);
    await Promise.all(ids.map((jobId) => store.commit(outcome(jobId))));
    const found = new Map<JobId, number>();
    const listings = createListings({ client: aws.s3, name: 'inbox' }, results);
    for await (const page of listings.outcomes([...'02468ace'])) {
      for (const { jobId, lastModified } of page) found.set(jobId, lastModified);
    }
    for (const id of ids) expect(found.has(id), id).toBe('02468ace'.includes(id.charAt(0)));
    expect([...found.values()].every((at) => Math.abs(Date.now() - at) < 60_000)).toBe(true);
  });

  it('find the entries of the timeline, and each by itself', async () => {
    const listings = createListings({ client: aws.s3, name: 'inbox' }, results);
    const entered = { ...outcome('d'.repeat(64) as JobId), finishedAt: '2026-02-03T04:05:06.789Z' };
    expect(await listings.isOnTimeline(entered)).toBe(false);
    await createTimelineStore(results).add(entered);
    expect(await listings.isOnTimeline(entered)).toBe(true);
    expect(await listings.isOnTimeline({ ...entered, finishedAt: '2026-02-03T04:05:06.790Z' })).toBe(false);
    const found = [];
    for await (const page of listings.timeline()) found.push(...page);
    expect(found).toContainEqual({ jobId: entered.jobId, finishedAt: Date.parse(entered.finishedAt) });
  });
});
