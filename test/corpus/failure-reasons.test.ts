import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../aws/object-store.ts';
import type { FailureReason } from '../../core/failure-reason.ts';
import { FAILURE_REASONS } from '../../core/failure-reason.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import { decideStop } from '../../core/stop-policy.ts';
import { taskStateChangeSchema } from '../../core/task-state-change.ts';
import { launchMessage } from '../../functions/launch-message.ts';
import { handleDelivery } from '../../worker/handle-delivery.ts';
import type { JobPorts } from '../../worker/job-ports.ts';
import { createOutputStore } from '../../worker/output-store.ts';
import { ProcessorError } from '../../worker/processor-error.ts';
import { shareFile } from '../../worker/share/share-file.ts';
import { functionPorts } from '../support/function-ports.ts';
import { bodyOf, createWorld, fakePorts, type JobWorld, jobFor, putObject } from '../support/job-fakes.ts';
import { EXITED, LARGE_JOB, launchedDetail, taskEvent } from '../support/task-stops.ts';
import { pictures } from './pictures/all.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const job = jobFor('a.jpg');

/** Delivers a job, again and again, until it has its outcome; gives the reason. */
async function reasonInWorker(
  prepare: (world: JobWorld) => void,
  overrides: Partial<JobPorts> = {},
  body = bodyOf(job),
): Promise<string | undefined> {
  const world = createWorld();
  putObject(world, job);
  prepare(world);
  const ports = fakePorts(world, overrides);
  for (let delivery = 1; delivery <= 4; delivery += 1) {
    const end = await handleDelivery(ports, { body, signal: new AbortController().signal });
    if (end.kind === 'settled') return end.outcome.reason;
  }
  return undefined;
}

/** A processor that fails every time. */
function failing(code: string): Promise<string | undefined> {
  return reasonInWorker((world) => {
    world.process = () => Promise.reject(new ProcessorError(code, 'No.'));
  });
}

/** S3 as it answers a GetObject. */
function reasonOfObject(answer: () => Promise<object>): Promise<string | undefined> {
  return reasonInWorker(() => undefined, { objects: createObjectStore({ send: answer } as unknown as S3Client) });
}

function awsError(name: string, httpStatusCode: number): Promise<never> {
  return Promise.reject(Object.assign(new Error(name), { name, $metadata: { httpStatusCode } }));
}

/** A worker that dies whenever it does this job, twice with nothing beside it. */
function killing(): Promise<string | undefined> {
  return reasonInWorker((world) => {
    const attempts = ['arn:task/dead-1', 'arn:task/dead-2'].map((taskArn) => {
      world.tasks.set(taskArn, {
        stopped: true,
        exitCode: 137,
        stopCode: 'EssentialContainerExited',
        outOfMemory: true,
      });
      return { id: taskArn, taskArn, startedAt: '2026-03-01T10:00:00.000Z', alone: true };
    });
    world.journals.set(job.jobId, { etag: '1', record: { v: 1, jobId: job.jobId, attempts } });
  });
}

async function hugeOutput(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-corpus-'));
  try {
    const path = join(directory, 'huge.bin');
    await writeFile(path, '');
    // A hole: it takes no space.
    await truncate(path, 5 * 2 ** 30 + 1);
    const store = createOutputStore({ client: {} as S3Client, name: 'results' }, directory, shareFile);
    return await reasonInWorker(() => undefined, {
      outputs: { store: (jobId) => store.store(jobId, { name: 'huge.bin', contentType: 'a/b', path }, directory) },
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function refusedLaunch(): Promise<string | undefined> {
  const { ports, answers, outcomes } = functionPorts();
  answers.push({ kind: 'refused', code: 'ClientException', message: 'No.' });
  await launchMessage({ messageId: 'm', body: objectCreatedBody(LARGE_JOB, 'aws.s3') }, ports);
  return outcomes.get(LARGE_JOB.jobId)?.reason;
}

function reasonOfStop(detail: object): string | undefined {
  const state = taskStateChangeSchema.parse(taskEvent({ ...EXITED, ...launchedDetail(), ...detail }));
  return decideStop(state, { maxAttempts: 3 }).outcome?.reason;
}

/** A picture of the corpus, which ends so in the test of the pictures. */
function inPictures(reason: FailureReason): string | undefined {
  const found = pictures.find(({ ends }) => ends === reason)?.ends;
  return typeof found === 'string' ? found : undefined;
}

/** How the code comes to each reason. A reason without an entry does not compile. */
const PRODUCERS: Readonly<Record<FailureReason, () => Promise<string | undefined> | string | undefined>> = {
  'malformed-message': () => reasonInWorker(() => undefined, {}, 'hello'),
  'zero-bytes': () => reasonInWorker((world) => putObject(world, job, '')),
  'too-large': () => reasonOfObject(async () => ({ Body: Readable.from(['x']), ContentLength: 1_001 })),
  'unsupported-type': () => inPictures('unsupported-type'),
  corrupt: () => inPictures('corrupt'),
  'too-many-pixels': () => inPictures('too-many-pixels'),
  'output-too-large': hugeOutput,
  'access-denied': () => reasonOfObject(() => awsError('AccessDenied', 403)),
  archived: () => reasonOfObject(() => awsError('InvalidObjectState', 403)),
  deadline: () => failing('deadline'),
  'attempts-exhausted': () => failing('processor-failed'),
  'killed-worker': killing,
  'out-of-memory': () => failing('out-of-memory'),
  'launch-refused': refusedLaunch,
  'task-start-failed': () =>
    reasonOfStop({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: no such image' }),
};

describe('every reason of the closed list is produced', () => {
  it.each(Object.keys(FAILURE_REASONS) as FailureReason[])('%s', async (reason) => {
    expect(await PRODUCERS[reason]()).toBe(reason);
  });
});

/** How reasons are written in the code: always as a literal. */
const WRITTEN = [/new PermanentError\(\s*'([^']*)'/g, /\bfailed\(\s*'([^']*)'/g, /\bgo: 'fail', reason: '([^']*)'/g];

it('no reason is written in the code that the list does not have', async () => {
  const written = new Map<string, string>();
  for (const folder of ['aws', 'core', 'functions', 'worker']) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const text = await readFile(join(root, folder, file), 'utf8');
      for (const pattern of WRITTEN) {
        for (const [, reason = ''] of text.matchAll(pattern)) written.set(reason, `${folder}/${file}`);
      }
    }
  }
  expect(written.size).toBeGreaterThan(5);
  const unknown = [...written].filter(([reason]) => !Object.hasOwn(FAILURE_REASONS, reason));
  expect(unknown).toEqual([]);
});
