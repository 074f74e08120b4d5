import { expect, it } from 'vitest';
import type { ListedVersion } from '../../../aws/listings.ts';
import type { OutgoingMessage } from '../../../aws/message-sender.ts';
import { type JobId, jobOf } from '../../../core/job.ts';
import { parseObjectCreated } from '../../../core/object-event.ts';
import { sweepReportSchema } from '../../../core/sweep-report.ts';
import { sweepInbox } from '../../../worker/sweep-inbox.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const LIMIT = 1_000;

function version(key: string, rest: { size?: number; age?: number; versionId?: string } = {}): ListedVersion {
  const { size = 10, age = 3_600_000, versionId = 'v1' } = rest;
  return { source: { bucket: 'inbox', key, versionId, etag: 'e', size, sequencer: '' }, lastModified: NOW - age };
}

async function* pages<Item>(items: readonly Item[], size = 1_000): AsyncGenerator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

async function sweep(versions: ListedVersion[], settled: JobId[] = [], signal = new AbortController().signal) {
  const sent: Record<'service' | 'task', OutgoingMessage[]> = { service: [], task: [] };
  const into = (route: 'service' | 'task') => ({
    send: async (messages: readonly OutgoingMessage[]) => void sent[route].push(...messages),
  });
  const report = await sweepInbox({
    listings: { versions: () => pages(versions), outcomeIds: () => pages(settled) },
    queues: { service: into('service'), task: into('task') },
    largeObjectBytes: LIMIT,
    graceMs: 600_000,
    clock: virtualClock(NOW),
    signal,
  });
  return { report, sent };
}

it('puts back what has no outcome, as the event that was lost', async () => {
  const [lost, done] = [version('lost a+b'), version('done')];
  const { report, sent } = await sweep([lost, done], [jobOf(done.source).jobId]);
  expect(sent.service.map(({ body }) => parseObjectCreated(body))).toEqual([jobOf(lost.source)]);
  expect(report).toMatchObject({ scanned: 2, withOutcome: 1, requeued: { service: 1, task: 0 }, sample: ['lost a+b'] });
});

it('sends an object of exactly the limit to the service, one byte more to a task', async () => {
  const { sent } = await sweep([version('limit', { size: LIMIT }), version('more', { size: LIMIT + 1 })]);
  expect(sent.service.map(({ body }) => parseObjectCreated(body).source.key)).toEqual(['limit']);
  expect(sent.task.map(({ body }) => parseObjectCreated(body).source.key)).toEqual(['more']);
});

it('leaves young versions to their event', async () => {
  const { report, sent } = await sweep([version('young', { age: 599_999 }), version('old', { age: 600_000 })]);
  expect(report).toMatchObject({ young: 1, requeued: { service: 1 } });
  expect(sent.service).toHaveLength(1);
});

it('treats every version of a key as its own job', async () => {
  const versions = [version('k', { versionId: 'v2' }), version('k', { versionId: 'v1' })];
  const { sent } = await sweep(versions, [jobOf(version('k', { versionId: 'v2' }).source).jobId]);
  expect(sent.service.map(({ body }) => parseObjectCreated(body).source.versionId)).toEqual(['v1']);
});

it('passes over folder markers', async () => {
  const { report, sent } = await sweep([version('folder/')]);
  expect(report.scanned).toBe(0);
  expect(sent.service).toEqual([]);
});

it('names a few keys only', async () => {
  const { report } = await sweep(Array.from({ length: 500 }, (_, index) => version(`k${index}`)));
  expect(report.sample).toHaveLength(20);
  expect(report.requeued.service).toBe(500);
});

it('compares 100,000 versions in seconds', async () => {
  const versions = Array.from({ length: 100_000 }, (_, index) => version(`k${index}`));
  const startedAt = performance.now();
  const { report } = await sweep(
    versions,
    versions.slice(10).map(({ source }) => jobOf(source).jobId),
  );
  expect(report).toMatchObject({ scanned: 100_000, withOutcome: 99_990, requeued: { service: 10 } });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it('says when it was stopped half-way', async () => {
  const { report } = await sweep([version('k')], [], AbortSignal.abort());
  expect(report).toMatchObject({ complete: false, scanned: 0 });
  expect(sweepReportSchema.parse(report)).toEqual(report);
});
