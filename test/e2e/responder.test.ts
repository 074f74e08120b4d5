import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../cli/process/report.ts';
import { type LocalStack, openStack } from '../support/local-stack.ts';
import { eventually, makeHome, removeHome, startTestSystem, type TestSystem } from '../support/local-system.ts';
import { writeMixedPictures } from '../support/mixed-pictures.ts';

/** The least: what the responder leaves comes back after this. */
const VISIBILITY_SECONDS = 30;

let home: string;
let system: TestSystem;
let stack: LocalStack;

beforeAll(async () => {
  home = await makeHome();
  const params = ['firstResponder=3', `visibilitySeconds=${VISIBILITY_SECONDS}`];
  system = await startTestSystem(
    home,
    params.flatMap((param) => ['--param', param]),
    90_000,
  );
  stack = await openStack(system.url);
}, 120_000);

afterAll(async () => {
  stack?.close();
  await system?.stop();
  await removeHome(home);
}, 60_000);

const picture = () =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer();

/** Tasks that the service has ever been seen with. */
async function tasks(): Promise<number> {
  const client = new ECSClient({
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const { services } = await client.send(
    new DescribeServicesCommand({
      cluster: stack.output('ClusterName'),
      services: [stack.output('WorkerServiceName')],
    }),
  );
  client.destroy();
  return services?.[0]?.runningCount ?? -1;
}

async function outcomeOf(jobId: string, timeoutMs: number) {
  return eventually(
    `the outcome of ${jobId}`,
    async () => (await stack.outcomes()).find((outcome) => outcome.jobId === jobId),
    timeoutMs,
  );
}

async function sharedFiles(): Promise<string[]> {
  const files = await readdir(join(home, 'data'), { recursive: true });
  return files.filter((file) => /outputs\/[0-9a-f]{64}\/[0-9a-f]{64}\.\w+$/.test(file));
}

describe('an upload into an idle system', () => {
  it('is complete by the first responder while no task runs, in S3 and on the shared file system', async () => {
    expect(await tasks()).toBe(0);
    const jobId = await stack.upload('first.jpg', await picture());
    const outcome = await outcomeOf(jobId, 30_000);
    expect(outcome).toMatchObject({ status: 'complete', route: 'responder', attempts: 1, processor: 'image' });
    expect(outcome.outputs.map(({ name }) => name).toSorted()).toEqual(['preview.webp', 'thumb.webp']);
    const shared = (await sharedFiles()).filter((file) => file.includes(jobId));
    expect(shared).toHaveLength(2);
    expect((await sharp(await readFile(join(home, 'data', shared[0] ?? ''))).metadata()).format).toBe('webp');
    await eventually('the message is gone', async () => {
      const { visible, held } = await stack.depth('JobQueueUrl');
      return visible + held === 0;
    });
  }, 90_000);
});

describe('a mixed burst', () => {
  it('is complete, each job once, by the responder and the tasks together', async () => {
    const folder = join(home, 'pictures');
    const pictures = await writeMixedPictures(folder, 30);
    const { stdout, stderr } = await system.run(['process', folder, '--json']);
    if (!stdout) throw new Error(stderr);
    const report = JSON.parse(stdout) as RunReport;
    expect(report).toMatchObject({ submitted: pictures.length, complete: pictures.length, failed: 0, gone: 0 });
    expect(report.jobs.map(({ route }) => route)).toContain('responder');
    const jobs = await stack.inboxJobs();
    expect((await stack.outcomes()).map(({ jobId }) => jobId).toSorted()).toEqual(jobs.toSorted());
    expect(await stack.keys('timeline/')).toHaveLength(jobs.length);
  }, 180_000);
});

describe('what the responder does not finish', () => {
  it('is finished by a task: a bad file has its outcome at once, and its dead letter as soon as a task comes by', async () => {
    const jobId = await stack.upload('notes.jpg', Buffer.from('This is not a picture.'));
    expect(await outcomeOf(jobId, 60_000)).toMatchObject({ status: 'failed', reason: 'unsupported-type' });
    await eventually(
      'its dead letter is there and its message gone',
      async () => {
        const [dead, jobs] = await Promise.all([stack.depth('JobDeadLetterQueueUrl'), stack.depth('JobQueueUrl')]);
        return dead.visible === 1 && jobs.visible + jobs.held === 0;
      },
      6 * VISIBILITY_SECONDS * 1000,
    );
  }, 280_000);
});
