import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMarkStore, type MarkStore } from '../../../aws/mark-store.ts';
import { type S3Fixture, startS3 } from '../local-s3/s3-fixture.ts';

let s3: S3Fixture;
let marks: MarkStore;

beforeAll(async () => {
  s3 = await startS3();
  await s3.makeBucket('results');
  marks = createMarkStore({ client: s3.client, name: 'results' });
});
afterAll(() => s3.close());

const mark = (by: string) => ({ by, at: '2026-03-01T12:00:00.000Z' });

it('lets one of many set a mark, with its facts', async () => {
  const tries = await Promise.all(Array.from({ length: 10 }, (_, index) => marks.set('alerts/k/1', mark(`m${index}`))));
  expect(tries.filter(Boolean)).toHaveLength(1);
  expect((await marks.read('alerts/k/1'))?.by).toBe(`m${tries.indexOf(true)}`);
});

it('lets whoever set a mark go on when it comes again', async () => {
  expect(await marks.set('alerts/k/2', mark('a'))).toBe(true);
  expect(await marks.set('alerts/k/2', mark('a'))).toBe(true);
  expect(await marks.set('alerts/k/2', mark('b'))).toBe(false);
});

it('keeps the facts of a mark, and knows none that nobody set', async () => {
  await marks.set('stops/t-6.json', { ...mark('t'), exitCode: 137, stopCode: undefined });
  expect(await marks.read('stops/t-6.json')).toEqual({ v: 1, ...mark('t'), exitCode: 137 });
  expect(await marks.read('stops/t-7.json')).toBeUndefined();
});
