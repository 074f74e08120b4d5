import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { jobIdOf } from '../../../core/job.ts';
import { journalSchema, latestSchema, type Outcome, outcomeSchema } from '../../../core/outcome.ts';
import { type SweepReport, sweepReportSchema } from '../../../core/sweep-report.ts';
import type { DeadLetter, OutcomeFact, Upload, World } from '../checker.ts';
import { activeTasks, protectedTasks, queueDepths, resultKeys } from './observe.ts';
import { type Content, sha256, signatureOf } from './pictures.ts';
import type { Plan, PlannedUpload } from './plan.ts';
import type { Stack } from './stack.ts';
import type { Acknowledged } from './upload.ts';

/** What a run left behind, with what its figures are made of. */
export interface Remains {
  readonly world: World;
  readonly outcomes: readonly Outcome[];
  readonly journals: readonly (typeof journalSchema)['_output'][];
  readonly reports: readonly SweepReport[];
}

const CONCURRENT_READS = 12;
/** Kinds of alerts, one each in a quarter of an hour: a short run meets at most two quarters. */
const MAIL_CEILING = 2 * 12;

/** Reads buckets, queues and the mailbox. */
export async function readWorld(options: {
  readonly stack: Stack;
  readonly plan: Plan;
  /** Bodies of the messages that were sent and name no object. */
  readonly messages: readonly string[];
  readonly contents: readonly Content[];
  readonly acknowledged: readonly Acknowledged[];
  readonly home: string;
}): Promise<Remains> {
  const { stack, plan, messages, contents, acknowledged, home } = options;
  const outcomes = (await readRecords(stack, 'outcomes/')).map((record) => outcomeSchema.parse(record) as Outcome);
  const journals = (await readRecords(stack, 'journal/')).map((record) => journalSchema.parse(record));
  const writes = Map.groupBy(await listVersions(stack, stack.output('ResultsBucketName'), 'outcomes/'), ([key]) => key);
  const latest = (await readRecords(stack, 'latest/')).map((record) => latestSchema.parse(record));
  const workers = new Set(await activeTasks(stack, 'worker'));
  const open = journals.flatMap(({ jobId, attempts }) =>
    attempts
      .filter(({ closed, taskArn }) => closed === undefined && workers.has(taskArn))
      .map(() => `attempt ${jobId}`),
  );
  const world: World = {
    uploads: await readUploads(stack, plan, contents, acknowledged),
    messages: messages.map((body) => ({ jobId: malformedId(body), reasons: ['malformed-message'] })),
    outcomes: new Map(
      outcomes.map((outcome) => [
        outcome.jobId,
        { ...outcomeFact(outcome, contents), writes: writes.get(`outcomes/${outcome.jobId}.json`)?.length ?? 0 },
      ]),
    ),
    outputs: await readOutputs(stack),
    latest,
    deadLetters: await readDeadLetters(stack),
    queues: await queueDepths(stack),
    unclosed: [...open, ...(await protectedTasks(stack)).map((taskArn) => `protection of ${taskArn}`)],
    mails: { sent: await countMails(home), ceiling: MAIL_CEILING },
  };
  return { world, outcomes, journals, reports: await readReports(stack) };
}

/** Also versions whose acknowledgement got lost: they are in the inbox, so they have a job. */
async function readUploads(
  stack: Stack,
  plan: Plan,
  contents: readonly Content[],
  acknowledged: readonly Acknowledged[],
): Promise<Upload[]> {
  const bucket = stack.output('InboxBucketName');
  const planned = new Map(plan.uploads.flat().map((upload) => [upload.key, upload]));
  const known = new Map(acknowledged.map((upload) => [upload.jobId, upload]));
  const found = new Map<string, Upload>();
  /** Later versions have larger ones; the stand-in lists the newest first. */
  const sequence = (index: number) => index.toString(16).padStart(8, '0');
  for (const [index, { planned, content, jobId, versionId }] of acknowledged.entries()) {
    found.set(jobId, uploadFact({ versionId, jobId, sequencer: sequence(index), planned, content }));
  }
  for (const [key, versionId] of await listVersions(stack, bucket)) {
    const jobId = jobIdOf({ bucket, key, versionId, etag: '' });
    if (known.has(jobId)) continue;
    const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    const hash = sha256(Buffer.from((await Body?.transformToByteArray()) ?? []));
    const content = contents.find((each) => each.sha256 === hash);
    const upload = planned.get(key);
    // Of a put that was tried again: the acknowledged version came after it.
    if (content && upload) found.set(jobId, uploadFact({ versionId, jobId, sequencer: '', planned: upload, content }));
  }
  return [...found.values()];
}

function uploadFact({
  planned,
  content,
  ...version
}: {
  readonly versionId: string;
  readonly jobId: string;
  readonly sequencer: string;
  readonly planned: PlannedUpload;
  readonly content: Content;
}): Upload {
  const { key, deleted, doom } = planned;
  const reasons = doom === undefined ? content.reasons : [doom];
  const kind = reasons.length > 0 ? 'bad' : 'good';
  return { key, ...version, kind, reasons, deleted, sha256: content.sha256 };
}

async function listVersions(stack: Stack, bucket: string, Prefix?: string): Promise<[string, string][]> {
  const versions: [string, string][] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    // Keys may hold what XML cannot.
    const EncodingType = 'url' as const;
    const page = await stack.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix, EncodingType, KeyMarker, VersionIdMarker }),
    );
    for (const { Key = '', VersionId = '' } of page.Versions ?? []) versions.push([decodeKey(Key), VersionId]);
    KeyMarker = page.NextKeyMarker === undefined ? undefined : decodeKey(page.NextKeyMarker);
    VersionIdMarker = page.NextVersionIdMarker;
  } while (KeyMarker !== undefined);
  return versions;
}

function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/** What the outputs are shows what they were made from. */
function outcomeFact(outcome: Outcome, contents: readonly Content[]): OutcomeFact {
  const { status, reason, outputs } = outcome;
  const signature = signatureOf(outputs.map((output) => output.sha256));
  const source = contents.find((content) => content.reasons.length === 0 && content.outputs === signature);
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    outputs: outputs.map(({ key, sha256 }) => ({ key, sha256 })),
    ...(status === 'complete' ? { madeFrom: source?.sha256 ?? 'nothing that was uploaded' } : {}),
  };
}

async function readOutputs(stack: Stack): Promise<Map<string, string>> {
  const keys = await resultKeys(stack, 'outputs/');
  const bodies = await readAll(stack, keys);
  return new Map(keys.map((key, index) => [key, sha256(bodies[index] ?? Buffer.alloc(0))]));
}

async function readReports(stack: Stack): Promise<SweepReport[]> {
  return (await readRecords(stack, 'reports/')).map((record) => sweepReportSchema.parse(record));
}

async function readRecords(stack: Stack, prefix: string): Promise<unknown[]> {
  const bodies = await readAll(stack, await resultKeys(stack, prefix));
  return bodies.map((body) => JSON.parse(body.toString('utf8')));
}

async function readAll(stack: Stack, keys: readonly string[]): Promise<Buffer[]> {
  const bodies: Buffer[] = [];
  const Bucket = stack.output('ResultsBucketName');
  let next = 0;
  async function read(): Promise<void> {
    for (let index = next++; index < keys.length; index = next++) {
      const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key: keys[index] }));
      bodies[index] = Buffer.from((await Body?.transformToByteArray()) ?? []);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_READS }, read));
  return bodies;
}

async function readDeadLetters(stack: Stack): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const name of ['JobDeadLetterQueueUrl', 'LaunchDeadLetterQueueUrl']) {
    for (;;) {
      const { Messages = [] } = await stack.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: stack.output(name),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 600,
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      for (const { MessageAttributes: attributes } of Messages) {
        const jobId = attributes?.jobId?.StringValue;
        const reason = attributes?.reason?.StringValue;
        letters.push({ ...(jobId === undefined ? {} : { jobId }), ...(reason === undefined ? {} : { reason }) });
      }
    }
  }
  return letters;
}

async function countMails(home: string): Promise<number> {
  const files = await readdir(join(home, 'data', 'mailbox')).catch(() => []);
  // CloudWatch's alarms are not the alert desk's to bound.
  return files.filter((file) => file.endsWith('.eml') && !/Z-alarm-/.test(file)).length;
}

/** As the worker names a message that names no job. */
function malformedId(body: string): string {
  return createHash('sha256').update(`malformed\0${body}`).digest('hex');
}
