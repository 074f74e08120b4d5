import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import { type JobId, jobIdOf } from '../../core/job.ts';
import { type Journal, journalSchema, type Outcome, outcomeSchema } from '../../core/outcome.ts';
import { processesOf } from './local-system.ts';

/** The stack of a running system as an AWS SDK sees it. */
export interface LocalStack {
  readonly s3: S3Client;
  /** The value of one of its outputs. */
  output(key: string): string;
  /** Puts an object into the inbox; resolves with the ID of its job once S3 has acknowledged it. */
  upload(key: string, body: Buffer): Promise<JobId>;
  outcomes(): Promise<Outcome[]>;
  journals(): Promise<Journal[]>;
  /** Keys of the results bucket. */
  keys(prefix: string): Promise<string[]>;
  /** Job IDs of all object versions in the inbox. */
  inboxJobs(): Promise<JobId[]>;
  /** Messages of a queue, by the name of the stack's output that is its URL: waiting, and held by somebody. */
  depth(output: string): Promise<{ readonly visible: number; readonly held: number }>;
  close(): void;
}

/** Finds buckets and queues by the stack's outputs. */
export async function openStack(endpoint: string): Promise<LocalStack> {
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const cloudformation = new CloudFormationClient(config);
  const { Stacks } = await cloudformation.send(new DescribeStacksCommand({}));
  cloudformation.destroy();
  const s3 = new S3Client(config);
  const sqs = new SQSClient(config);

  function output(key: string): string {
    const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined) throw new Error(`The stack has no output ${key}.`);
    return value;
  }
  const inbox = output('InboxBucketName');
  const results = output('ResultsBucketName');

  async function keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: results, Prefix: prefix })) {
      found.push(...Contents.map(({ Key = '' }) => Key));
    }
    return found;
  }

  async function records(prefix: string): Promise<unknown[]> {
    const bodies = (await keys(prefix)).map(async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: results, Key }));
      return JSON.parse((await Body?.transformToString()) ?? '');
    });
    return Promise.all(bodies);
  }

  return {
    s3,
    output,
    async upload(key, body) {
      const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: inbox, Key: key, Body: body }));
      return jobIdOf({ bucket: inbox, key, versionId: VersionId, etag: '' });
    },
    outcomes: async () => (await records('outcomes/')).map((record) => outcomeSchema.parse(record)),
    journals: async () => (await records('journal/')).map((record) => journalSchema.parse(record)),
    keys,
    async inboxJobs() {
      const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: inbox }));
      return Versions.map(({ Key: key = '', VersionId: versionId = '' }) =>
        jobIdOf({ bucket: inbox, key, versionId, etag: '' }),
      );
    },
    async depth(name) {
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const AttributeNames: QueueAttributeName[] = [...names];
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: output(name), AttributeNames }));
      const [visible, held] = names.map((attribute) => Number(Attributes?.[attribute]));
      return { visible: visible ?? 0, held: held ?? 0 };
    },
    close() {
      s3.destroy();
      sqs.destroy();
    },
  };
}

/** Process IDs of the workers of a home folder that run a command, `service`, `task` or `sweep`, or any. Linux only. */
export async function workersOf(home: string, command = '\\w+'): Promise<number[]> {
  const pids = await processesOf(home);
  const commandLines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  const pattern = new RegExp(`worker/main\\.mjs\\0${command}\\0$`);
  return pids.filter((_, index) => pattern.test(commandLines[index] ?? ''));
}

/** The e-mails that a system has sent, oldest first. */
export async function mailsOf(home: string): Promise<string[]> {
  const mailbox = join(home, 'data', 'mailbox');
  const names = (await readdir(mailbox).catch(() => [])).filter((name) => name.endsWith('.eml'));
  return Promise.all(names.toSorted().map((name) => readFile(join(mailbox, name), 'utf8')));
}
