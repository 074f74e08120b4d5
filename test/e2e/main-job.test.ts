import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../cli/process/report.ts';
import {
  eventually,
  makeHome,
  processesOf,
  removeHome,
  startTestSystem,
  type TestSystem,
} from '../support/local-system.ts';
import { type MixedPicture, writeMixedPictures } from '../support/mixed-pictures.ts';

let home: string;
let system: TestSystem;

beforeAll(async () => {
  home = await makeHome();
  system = await startTestSystem(home);
}, 90_000);

afterAll(async () => {
  await system?.stop();
  await removeHome(home);
}, 60_000);

function client() {
  return {
    endpoint: system.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

async function outputOf(key: string): Promise<string> {
  const { Stacks } = await new CloudFormationClient(client()).send(new DescribeStacksCommand({}));
  return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
}

async function serviceTasks(): Promise<number> {
  const { services } = await new ECSClient(client()).send(
    new DescribeServicesCommand({
      cluster: await outputOf('ClusterName'),
      services: [await outputOf('WorkerServiceName')],
    }),
  );
  return (services?.[0]?.runningCount ?? -1) + (services?.[0]?.pendingCount ?? -1);
}

async function processFolder(directory: string): Promise<{ exitCode: number | null; report: RunReport }> {
  const { exitCode, stdout, stderr } = await system.run(['process', directory, '--json', '--out', join(home, 'out')]);
  if (!stdout) throw new Error(stderr);
  return { exitCode, report: JSON.parse(stdout) as RunReport };
}

/** Files of the shared file system, by their path below `outputs/`. */
async function sharedFiles(): Promise<Set<string>> {
  const files = await readdir(join(home, 'data'), { recursive: true });
  return new Set(files.flatMap((file) => /outputs\/([0-9a-f]{64}\/[0-9a-f]{64}\.\w+)$/.exec(file)?.[1] ?? []));
}

function fitWithin(picture: MixedPicture, pixels: number) {
  const scale = Math.min(1, pixels / Math.max(picture.width, picture.height));
  return { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
}

describe('the main job on one machine', () => {
  it('has no task while idle', async () => {
    expect(await serviceTasks()).toBe(0);
  });

  it('turns a folder of pictures into outputs, by both routes, in S3 and on the shared file system', async () => {
    const folder = join(home, 'pictures');
    const pictures = await writeMixedPictures(folder, 40);
    const { exitCode, report } = await processFolder(folder);

    expect(report.jobs.filter((job) => job.status !== 'complete')).toEqual([]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ submitted: pictures.length, complete: pictures.length, failed: 0, gone: 0 });
    expect(new Set(report.jobs.map((job) => job.route))).toEqual(new Set(['service', 'task']));
    const shared = await sharedFiles();
    for (const picture of pictures) {
      const job = report.jobs.find(({ key }) => key === `pictures/${picture.name}`);
      expect(job?.outputs.map(({ name }) => name).toSorted()).toEqual(['preview.webp', 'thumb.webp']);
      for (const output of job?.outputs ?? []) {
        const wanted = fitWithin(picture, output.name === 'thumb.webp' ? 256 : 1024);
        const found = await sharp(await readFile(output.path)).metadata();
        expect([picture.name, found.format]).toEqual([picture.name, 'webp']);
        expect(Math.abs((found.width ?? 0) - wanted.width), picture.name).toBeLessThanOrEqual(1);
        expect(Math.abs((found.height ?? 0) - wanted.height), picture.name).toBeLessThanOrEqual(1);
      }
      const onShare = [...shared].filter((file) => file.startsWith(job?.jobId ?? 'none'));
      expect(onShare, picture.name).toHaveLength(new Set(job?.outputs.map(({ bytes }) => bytes)).size);
    }
  }, 180_000);

  it('ends each bad input as failed with its own reason, and the rest complete', async () => {
    const folder = join(home, 'bad');
    await mkdir(folder);
    const jpeg = await sharp({ create: { width: 900, height: 700, channels: 3, background: '#357' } })
      .jpeg()
      .toBuffer();
    const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#111' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await writeFile(join(folder, 'good.jpg'), jpeg);
    await writeFile(join(folder, 'notes.txt'), 'This is not a picture.');
    await writeFile(join(folder, 'empty.jpg'), '');
    await writeFile(join(folder, 'cut off.jpg'), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(join(folder, 'bomb.png'), bomb);

    const { exitCode, report } = await processFolder(folder);
    expect(exitCode).toBe(2);
    expect(Object.fromEntries(report.jobs.map(({ key, status, reason }) => [key, reason ?? status]))).toEqual({
      'bad/good.jpg': 'complete',
      'bad/notes.txt': 'unsupported-type',
      'bad/empty.jpg': 'zero-bytes',
      'bad/cut off.jpg': 'corrupt',
      'bad/bomb.png': 'too-many-pixels',
    });
  }, 120_000);

  it('refuses a second system on the same folder and names the first', async () => {
    const second = await system.run(['start']);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain(`at ${system.url}`);
  });

  it('leaves no process behind when it stops', async () => {
    expect((await processesOf(home)).length).toBeGreaterThan(0);
    expect(await system.stop()).toBe(0);
    await eventually('no process of the system is left', async () => (await processesOf(home)).length === 0);
  }, 60_000);
});
