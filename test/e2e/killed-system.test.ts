import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobId } from '../../core/job.ts';
import { type LocalStack, openStack, workersOf } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';

/** What the dead system's workers held comes back after the shortest time that the template takes. */
const PARAMETERS = ['visibilitySeconds=30', 'largeObjectBytes=1000000'].flatMap((parameter) => ['--param', parameter]);
const UPLOADS = 60;
const LANES = 6;

let home: string;
let system: TestSystem | undefined;
let stack: LocalStack | undefined;

afterEach(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

/** A picture of one colour: small, and much work. */
function picture(pixels: number): Promise<Buffer> {
  return sharp({ create: { width: pixels, height: pixels, channels: 3, background: '#864' } })
    .png()
    .toBuffer();
}

/** Uploads all in a few lanes; gives the jobs of those that S3 acknowledged. A lane ends with its first failure. */
async function uploadAll(into: LocalStack, content: Buffer, onUploaded: (count: number) => Promise<void>) {
  const acknowledged: JobId[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < UPLOADS) {
      acknowledged.push(await into.upload(`picture ${next++}.png`, content));
      await onUploaded(acknowledged.length);
    }
  }
  await Promise.allSettled(Array.from({ length: LANES }, lane));
  return acknowledged;
}

describe.skipIf(process.platform !== 'linux')(
  'a system that is killed with SIGKILL in the middle of 60 uploads',
  () => {
    it('brings every acknowledged upload to one outcome once it is started again', async () => {
      home = await makeHome();
      const first = await startTestSystem(home, PARAMETERS);
      system = first;
      const before = await openStack(first.url);
      stack = before;
      const largePicture = await picture(9_500);
      let large: JobId | undefined;
      let workers: number[] = [];
      async function getToWork(): Promise<void> {
        await eventually('the service is at work', async () => (await before.depth('JobQueueUrl')).held > 0);
        large = await before.upload('large.png', largePicture);
        workers = await eventually('both kinds of workers are at work', async () => {
          const [services, tasks] = await Promise.all([workersOf(home, 'service'), workersOf(home, 'task')]);
          const { held } = await before.depth('JobQueueUrl');
          return held > 0 && tasks.length > 0 && [...services, ...tasks];
        });
      }
      let atWork: Promise<void> | undefined;
      const acknowledged = await uploadAll(before, await picture(4_000), async (count) => {
        if (count < UPLOADS / 2) return;
        atWork ??= getToWork();
        await atWork;
        // The other lanes are in the middle of an upload.
        if (count > UPLOADS / 2 + LANES) first.child.kill('SIGKILL');
      });
      await atWork;
      before.close();
      expect(acknowledged.length).toBeLessThan(UPLOADS);

      const second = await startTestSystem(home, PARAMETERS);
      system = second;
      const survivors = await workersOf(home);
      expect(workers.filter((pid) => survivors.includes(pid))).toEqual([]);
      const after = await openStack(second.url);
      stack = after;
      const outcomes = await eventually(
        'every object has its outcome',
        async () => {
          const [found, jobs] = await Promise.all([after.outcomes(), after.inboxJobs()]);
          return found.length >= jobs.length && found;
        },
        70_000,
      );
      const done = outcomes.map(({ jobId }) => jobId);
      // Also those that were stored and whose acknowledgement was lost.
      expect(done.toSorted()).toEqual((await after.inboxJobs()).toSorted());
      expect(done).toEqual(expect.arrayContaining([...acknowledged, large]));
      expect(outcomes.filter(({ status }) => status !== 'complete')).toEqual([]);
      expect(outcomes.find(({ jobId }) => jobId === large)?.route).toBe('task');
      expect(await after.keys('timeline/')).toHaveLength(outcomes.length);
    }, 150_000);
  },
);
