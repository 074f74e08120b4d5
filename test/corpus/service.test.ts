import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLatestStore } from '../../aws/latest-store.ts';
import { createOutcomeStore } from '../../aws/outcome-store.ts';
import { downloadOutputs } from '../../cli/process/download-outputs.ts';
import type { Job } from '../../core/job.ts';
import { KEYS_BEYOND_EVENTS, ODD_KEYS } from './keys.ts';
import { messages, OBJECTS_NEEDED, sampleObjects } from './messages/all.ts';
import type { MessageCase } from './messages/message-case.ts';
import { atOnce, type DeadLetter, jobIdOfMessage, startWorkerRun, type WorkerRun } from './worker-run.ts';

const names = messages(sampleObjects()).map(({ name }) => name);
const keys = { ...ODD_KEYS, ...KEYS_BEYOND_EVENTS };

let run: WorkerRun;
let corpus: Map<string, MessageCase>;
let letters: Map<string, DeadLetter[]>;
const jobs = new Map<string, Job>();

/** Everything goes through one worker, all at once; the tests look at what has come of it. */
beforeAll(async () => {
  run = await startWorkerRun({ SLOTS: '8' });
  const { aws } = run;
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#369' } })
    .png()
    .toBuffer();
  corpus = new Map(messages(await run.uploadForMessages(OBJECTS_NEEDED, picture)).map((each) => [each.name, each]));
  for (const [name, key] of Object.entries(KEYS_BEYOND_EVENTS)) jobs.set(name, await aws.upload(key, picture));
  await run.joinInboxToQueue();
  await run.send([...corpus.values()].map(({ body }) => body));
  for (const job of jobs.values()) await aws.announce(job);
  await atOnce(Object.entries(ODD_KEYS), async ([name, key]) => jobs.set(name, await aws.upload(key, picture)));
  await run.emptied(60_000);
  letters = await run.deadLetters();
}, 90_000);
afterAll(() => run?.close());

const results = () => ({ client: run.aws.s3, name: 'results' });

describe('each message ends in a real worker as the corpus says', () => {
  it.each(names)('%s', async (name) => {
    const message = corpus.get(name);
    if (message === undefined) throw new Error('no such message');
    if (message.ends === 'ignored') return;
    const jobId = jobIdOfMessage(message);
    const outcome = await createOutcomeStore(results()).read(jobId);
    const expected =
      message.ends === 'malformed' ? { status: 'failed', reason: 'malformed-message' } : { status: message.ends };
    expect(outcome).toMatchObject(expected);
    const [letter, ...more] = letters.get(jobId) ?? [];
    expect(more).toEqual([]);
    if (message.ends !== 'malformed') return expect(letter).toBeUndefined();
    expect(letter?.reason).toBe('malformed-message');
    // A message of 1 MiB leaves no room for an attribute: of such, all but the last KiB is kept.
    expect(message.body.startsWith((letter?.body ?? 'none').replace(/\ufffd$/, ''))).toBe(true);
    expect(letter?.body.length).toBeGreaterThan(Math.min(message.body.length, 2 ** 19) - 1_025);
  });
});

describe('an object of any key goes all the way', () => {
  it('and there are more than 60 of them, no two the same', () => {
    expect(new Set(Object.values(keys)).size).toBe(Object.keys(keys).length);
    expect(Object.keys(keys).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.keys(keys))('%s', async (name) => {
    const job = jobs.get(name);
    if (job === undefined) throw new Error('no such job');
    const { key } = job.source;
    const outcome = await createOutcomeStore(results()).read(job.jobId);
    expect(outcome).toMatchObject({ status: 'complete', attempts: 1, source: { key } });
    const latest = await createLatestStore(results()).read(key);
    expect(latest?.record).toMatchObject({ key, jobId: job.jobId, versionId: job.source.versionId });
    const directory = join(run.aws.directory, 'out');
    const downloaded = await downloadOutputs(run.aws.s3, 'results', outcome?.outputs ?? [], directory, key);
    expect(downloaded.map((output) => output.name).toSorted()).toEqual(['preview.webp', 'thumb.webp']);
    for (const { name: output, path } of downloaded) {
      expect(path.startsWith(directory + sep)).toBe(true);
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      expect(sha256).toBe(outcome?.outputs.find((each) => each.name === output)?.sha256);
    }
  });
});

describe('the worker', () => {
  it('has left nothing in the queue, and no dead letter of anything else', async () => {
    expect(await run.aws.messages(run.aws.queues.jobs)).toBe(0);
    const malformed = [...corpus.values()].filter(({ ends }) => ends === 'malformed').map(jobIdOfMessage);
    expect(new Set(letters.keys())).toEqual(new Set(malformed));
  });

  it('had nothing to warn of, and stops with exit code 0', async () => {
    expect(run.worker.output()).toBe('');
    expect(run.worker.child.exitCode).toBeNull();
    run.worker.child.kill('SIGTERM');
    expect(await run.worker.exit).toBe(0);
    expect(run.worker.output()).toBe('');
  });
});
