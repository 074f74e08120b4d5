import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { jobIdOf } from '../../../core/job.ts';
import type { Content } from './pictures.ts';
import type { Plan, PlannedUpload } from './plan.ts';
import type { Progress } from './progress.ts';
import type { Stack } from './stack.ts';

/** An object version that S3 has acknowledged. */
export interface Acknowledged {
  readonly planned: PlannedUpload;
  readonly content: Content;
  readonly jobId: string;
  readonly versionId: string;
  /** Unix epoch, milliseconds. */
  readonly at: number;
}

const CONCURRENT_KEYS = 6;
/** Uploads without an outcome, at the most. */
const WAITING = 40;
/** While the stand-in is down. */
const RETRY_MS = 200;
const TRIES = 300;

export interface UploadOptions {
  readonly plan: Plan;
  /** Bodies of messages that name no object. */
  readonly messages: readonly string[];
  readonly contents: readonly Content[];
  readonly stack: Stack;
  readonly progress: Progress;
  onAcknowledged(upload: Acknowledged): Promise<void>;
}

/**
 * Uploads what is planned, the versions of a key in their order, and puts the malformed messages in between. It waits
 * while too many jobs have no outcome: the time from an upload to its result then says something.
 */
export async function uploadAll(options: UploadOptions): Promise<void> {
  const { plan, stack, progress } = options;
  const keys = [...plan.uploads];
  const messages = [...options.messages];
  let begun = 0;
  const every = Math.ceil(keys.length / (messages.length + 1));
  async function next(): Promise<void> {
    for (let versions = keys.shift(); versions; versions = keys.shift()) {
      begun += versions.length;
      await progress.reached(begun - WAITING);
      for (const planned of versions) await uploadOne(options, planned);
      const message = keys.length % every === 0 ? messages.shift() : undefined;
      if (message !== undefined) await sendMessage(stack, message);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENT_KEYS }, next));
  for (const message of messages) await sendMessage(stack, message);
}

async function uploadOne({ stack, contents, onAcknowledged }: UploadOptions, planned: PlannedUpload): Promise<void> {
  const bucket = stack.output('InboxBucketName');
  const content = contentOf(contents, planned);
  const { key } = planned;
  const versionId = await untilDone(async () => {
    const { VersionId } = await stack.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content.body }));
    return VersionId ?? '';
  });
  await onAcknowledged({
    planned,
    content,
    jobId: jobIdOf({ bucket, key, versionId, etag: '' }),
    versionId,
    at: Date.now(),
  });
  if (!planned.deleted) return;
  await untilDone(() => stack.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })));
}

function contentOf(contents: readonly Content[], { content }: PlannedUpload): Content {
  const { kind, pick } = content;
  const fitting = contents.filter(({ reasons, large }) =>
    kind === 'bad' ? reasons.length > 0 : reasons.length === 0 && large === (kind === 'large'),
  );
  const chosen = fitting[Math.floor(pick * fitting.length)];
  if (chosen === undefined) throw new Error(`There is no content of kind ${kind}.`);
  return chosen;
}

async function sendMessage(stack: Stack, body: string): Promise<void> {
  const command = new SendMessageCommand({ QueueUrl: stack.output('JobQueueUrl'), MessageBody: body });
  await untilDone(() => stack.sqs.send(command));
}

/** Again and again: an uploader does not give up because the other side is down for a while. */
async function untilDone<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (attempt >= TRIES) throw error;
      await sleep(RETRY_MS);
    }
  }
}
