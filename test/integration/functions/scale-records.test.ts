import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScalerStore } from '../../../aws/scaler-store.ts';
import { createWorkReports } from '../../../aws/work-reports.ts';
import { NO_RECORD, type ScalerRecord } from '../../../core/scaler-record.ts';
import { decide } from '../../../core/scaling/decide.ts';
import { type S3Fixture, startS3 } from '../local-s3/s3-fixture.ts';

let s3: S3Fixture;

beforeAll(async () => {
  s3 = await startS3();
  for (const name of ['turns', 'memory', 'reports']) await s3.makeBucket(name);
});
afterAll(() => s3.close());

const bucket = (name: string) => ({ client: s3.client, name });
const recordOf = (owner: string): ScalerRecord => ({ ...NO_RECORD, owner, until: 1_000 });

it('one of many takes a turn, and the next needs what that one has left', async () => {
  const store = createScalerStore(bucket('turns'));
  expect(await store.read()).toBeUndefined();
  const first = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.write(recordOf(`a${index}`), undefined)),
  );
  const etags = first.filter((etag) => etag !== undefined);
  expect(etags).toHaveLength(1);
  const next = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.write(recordOf(`b${index}`), etags[0])),
  );
  expect(next.filter((etag) => etag !== undefined)).toHaveLength(1);
  expect(await store.write(recordOf('late'), etags[0])).toBeUndefined();
  expect((await store.read())?.record.owner).toMatch(/^b\d$/);
});

it('a write whose answer got lost is found to have been one’s own', async () => {
  const store = createScalerStore(bucket('turns'));
  const before = (await store.read())?.etag;
  const written = await store.write(recordOf('lost'), before);
  // As the SDK would send it again.
  expect(await store.write(recordOf('lost'), before)).toBe(written);
});

it('what decide() remembers comes back as it was, also of a service that was never busy', async () => {
  const store = createScalerStore(bucket('memory'));
  const rule = { latencyTargetSeconds: 60, slots: 2, idleSeconds: 300, holdSeconds: 60 };
  const situation = { desired: 0, running: 0, minTasks: 0, maxTasks: 9, jobsPerSecond: 4 };
  let etag: string | undefined;
  for (const visible of [0, 100]) {
    const { memory } = decide(rule, undefined, { at: 1_000, visible, inFlight: 0 }, situation);
    etag = await store.write({ ...recordOf('m'), memory, responds: true }, etag);
    expect((await store.read())?.record).toMatchObject({ memory, responds: true });
  }
});

it('reports are read in the order of time, without their bodies, and only those that are news', async () => {
  const [one, two] = ['aaaa', 'bbbb'].map((task) => createWorkReports(bucket('reports'), task));
  const at = Date.parse('2026-03-01T12:00:00Z');
  await two?.add({ at: at + 500, jobs: 7, slotSeconds: 3.25 });
  await one?.add({ at, jobs: 1, slotSeconds: 60 });
  await s3.client.send(new PutObjectCommand({ Bucket: 'reports', Key: 'rates/what is this', Body: Buffer.from('x') }));
  expect(await one?.since(0)).toEqual([
    { at, jobs: 1, slotSeconds: 60 },
    { at: at + 500, jobs: 7, slotSeconds: 3.25 },
  ]);
  expect(await two?.since(at + 1)).toEqual([{ at: at + 500, jobs: 7, slotSeconds: 3.25 }]);
  expect(await one?.since(at + 501)).toEqual([]);
});
