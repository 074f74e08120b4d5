import { createHash } from 'node:crypto';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { JobId } from '../../core/job.ts';
import { parseObjectCreated } from '../../core/object-event.ts';
import { startWorker, type WorkerProcess } from '../integration/worker/worker-process.ts';
import { until } from '../support/until.ts';
import { startWorkerAws, type WorkerAws } from '../support/worker-aws.ts';
import type { CorpusObject, MessageCase } from './messages/message-case.ts';

/** A message that was set aside. */
export interface DeadLetter {
  readonly body: string;
  readonly reason: string;
}

/** One service of the worker, as a process, over the stand-in. */
export interface WorkerRun {
  readonly aws: WorkerAws;
  readonly worker: WorkerProcess;
  /** From now on, an object in the inbox has an event in the job queue, by a rule like the template's. */
  joinInboxToQueue(): Promise<void>;
  uploadForMessages(count: number, content: Uint8Array): Promise<CorpusObject[]>;
  send(bodies: readonly string[]): Promise<void>;
  /** Resolves when no event is on its way, the job queue is empty, and nothing of it is being worked on. */
  emptied(withinMs: number): Promise<void>;
  /** All of the job queue's dead letters, by the job that they name; they are taken off. */
  deadLetters(): Promise<Map<string, DeadLetter[]>>;
  close(): Promise<void>;
}

const AT_ONCE = 16;

export async function startWorkerRun(settings: Record<string, string>): Promise<WorkerRun> {
  const aws = await startWorkerAws();
  const worker = startWorker('service', aws.environment('arn:aws:ecs:task/corpus', settings));
  return {
    aws,
    worker,
    joinInboxToQueue: () => joinInboxToQueue(aws),
    uploadForMessages: (count, content) =>
      atOnce(
        Array.from({ length: count }, (_, index) => index),
        (index) => uploadForMessage(aws, `good ${index}.jpg`, content),
      ),
    async send(bodies) {
      await atOnce(bodies, (MessageBody) =>
        aws.sqs.send(new SendMessageCommand({ QueueUrl: aws.queues.jobs, MessageBody })),
      );
    },
    async emptied(withinMs) {
      const isEmpty = async () => aws.pendingEvents() === 0 && (await aws.messages(aws.queues.jobs)) === 0;
      await until(isEmpty, withinMs, worker.output);
    },
    deadLetters: () => takeDeadLetters(aws),
    async close() {
      worker.child.kill('SIGKILL');
      await worker.exit;
      await aws.close();
    },
  };
}

/** The job that a message asks for; of one that asks for none, the ID of its outcome. */
export function jobIdOfMessage({ body, ends }: MessageCase): JobId {
  if (ends !== 'malformed') return parseObjectCreated(body).jobId;
  return createHash('sha256').update(`malformed\0${body}`).digest('hex') as JobId;
}

/** Does `action` for all, some at once; keeps the order. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  action: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const run = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await action(items[index] as Item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return results;
}

async function uploadForMessage(aws: WorkerAws, key: string, content: Uint8Array): Promise<CorpusObject> {
  const { source } = await aws.upload(key, content);
  return { ...source, versionId: source.versionId ?? '' };
}

async function joinInboxToQueue(aws: WorkerAws): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const events = new EventBridgeClient({ endpoint: aws.url, region: 'us-east-1', credentials });
  const EventPattern = JSON.stringify({
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: ['inbox'] }, object: { key: [{ 'anything-but': { suffix: '/' } }] } },
  });
  await events.send(new PutRuleCommand({ Name: 'inbox', EventPattern }));
  const [, account = '', queue = ''] = new URL(aws.queues.jobs).pathname.split('/');
  const Arn = `arn:aws:sqs:us-east-1:${account}:${queue}`;
  await events.send(new PutTargetsCommand({ Rule: 'inbox', Targets: [{ Id: 'job-queue', Arn }] }));
  events.destroy();
}

async function takeDeadLetters({ sqs, queues }: WorkerAws): Promise<Map<string, DeadLetter[]>> {
  const QueueUrl = queues.jobsDead;
  const found = new Map<string, DeadLetter[]>();
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 });
    const { Messages: messages = [] } = await sqs.send(command);
    if (messages.length === 0) return found;
    for (const { Body: body = '', MessageAttributes: attributes, ReceiptHandle } of messages) {
      const jobId = attributes?.jobId?.StringValue ?? '';
      const letter = { body, reason: attributes?.reason?.StringValue ?? '' };
      found.set(jobId, [...(found.get(jobId) ?? []), letter]);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
