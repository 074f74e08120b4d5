import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Job, jobOf } from '../../core/job.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import { type Outcome, outcomeSchema, recordKeys } from '../../core/outcome.ts';
import { systemClock } from '../../infra/local/clock.ts';
import { openDatabase } from '../../infra/local/database.ts';
import { eventsService } from '../../infra/local/events/index.ts';
import { type FaultScriptInput, parseFaultScript } from '../../infra/local/faults/fault-script.ts';
import { faultsOf } from '../../infra/local/faults/index.ts';
import { serveEndpoint } from '../../infra/local/http/server.ts';
import { readJson, type WireResponse, type WireService } from '../../infra/local/http/wire.ts';
import { s3Service } from '../../infra/local/s3/index.ts';
import { snsService } from '../../infra/local/sns/index.ts';
import { sqsService } from '../../infra/local/sqs/index.ts';

const region = 'us-east-1';
export const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: region };

/** Buckets, queues and the endpoints inside a task, for tests of the worker. */
export interface WorkerAws {
  readonly url: string;
  readonly directory: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly queues: Readonly<Record<'jobs' | 'jobsDead' | 'launches' | 'launchesDead', string>>;
  /** Where all state is. */
  readonly database: DatabaseSync;
  /** What ListTasks and DescribeTasks say, by ARN; StopTask enters `desiredStatus` and `stoppedReason`. */
  readonly tasks: Map<string, object>;
  /** Bodies that came to the task-protection endpoint. */
  readonly protections: unknown[];
  /** The environment of a worker's process. */
  environment(taskArn: string, rest?: Record<string, string>): Record<string, string>;
  upload(key: string, content: Uint8Array): Promise<Job>;
  /** Sends a job's event to the job queue. */
  announce(job: Job): Promise<void>;
  outcome(job: Job): Promise<Outcome | undefined>;
  /** Events that matched a rule and have not reached its targets. */
  pendingEvents(): number;
  keys(bucket: string, prefix: string): Promise<string[]>;
  /** E-mails that went out, oldest first. */
  mails(): Promise<string[]>;
  messages(queueUrl: string): Promise<number>;
  /** One message of a queue, with its attributes. */
  receive(queueUrl: string): Promise<{ body: string; attributes: Record<string, string> } | undefined>;
  close(): Promise<void>;
}

/** `script` says what goes wrong; nothing by default. */
export async function startWorkerAws(script: FaultScriptInput = {}): Promise<WorkerAws> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-worker-'));
  const database = openDatabase(directory);
  const clock = systemClock();
  const tasks = new Map<string, object>();
  const protections: unknown[] = [];
  const sqsStand = sqsService({ database, clock, region });
  // Without a rule, which a test may make, nothing comes of an event.
  const eventsStand = eventsService({
    database,
    clock,
    region,
    deliver: async ({ arn }, payload) => sqsStand.send(arn, payload),
  });
  const s3Stand = s3Service({
    database,
    directory: join(directory, 's3'),
    clock,
    region,
    publishEvent: eventsStand.publish,
  });
  const mailboxDirectory = join(directory, 'mailbox');
  const snsStand = snsService({ database, clock, region, mailboxDirectory, deliver: async () => undefined });
  await eventsStand.start?.();
  await snsStand.start?.();
  const faults = faultsOf(parseFaultScript(script), { clock, directory, principalArn: (id) => id });
  const endpoint = await serveEndpoint({
    port: 0,
    services: [s3Stand, sqsStand, eventsStand, snsStand, { wire: ecsService(tasks) }]
      .flatMap(({ wire }) => wire ?? [])
      .map((wire) => faults.wire(wire)),
    unsigned: { '/task/': taskEndpoints(protections) },
  });
  const config = { endpoint: endpoint.url, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client(config);
  const sqs = new SQSClient(config);
  await s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  const properties = {
    BucketName: 'inbox',
    VersioningConfiguration: { Status: 'Enabled' },
    NotificationConfiguration: { EventBridgeConfiguration: {} },
  };
  const buckets = s3Stand.providers.find(({ type }) => type === 'AWS::S3::Bucket');
  await buckets?.create({ logicalId: 'Inbox', generatedName: 'inbox', stackName: 'test', properties });
  const topics = snsStand.providers.find(({ type }) => type === 'AWS::SNS::Topic');
  const subscription = [{ Protocol: 'email', Endpoint: 'operator@localhost' }];
  const topic = { TopicName: 'alerts', Subscription: subscription };
  await topics?.create({ logicalId: 'Topic', generatedName: 'alerts', stackName: 'test', properties: topic });
  const makeQueue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const queues = {
    jobs: await makeQueue('jobs'),
    jobsDead: await makeQueue('jobs-dead'),
    launches: await makeQueue('launches'),
    launchesDead: await makeQueue('launches-dead'),
  };

  return {
    url: endpoint.url,
    directory,
    s3,
    sqs,
    queues,
    database,
    tasks,
    protections,
    environment: (taskArn, rest = {}) => ({
      PATH: process.env.PATH ?? '',
      ...credentials,
      AWS_ENDPOINT_URL: endpoint.url,
      ECS_CONTAINER_METADATA_URI_V4: `${endpoint.url}/task/${encodeURIComponent(taskArn)}/v4`,
      ECS_AGENT_URI: `${endpoint.url}/task/${encodeURIComponent(taskArn)}/agent`,
      STAGE: 'test',
      CLUSTER: 'cluster',
      INBOX_BUCKET: 'inbox',
      RESULTS_BUCKET: 'results',
      JOB_QUEUE_URL: queues.jobs,
      JOB_DEAD_LETTER_QUEUE_URL: queues.jobsDead,
      LAUNCH_QUEUE_URL: queues.launches,
      LAUNCH_DEAD_LETTER_QUEUE_URL: queues.launchesDead,
      JOB_TASK_FAMILY: 'job',
      ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:alerts',
      RESULTS_DIRECTORY: join(directory, 'shared'),
      SCRATCH_DIRECTORY: join(directory, 'scratch'),
      LOG_LEVEL: 'warn',
      ...rest,
    }),
    async upload(key, content) {
      const put = await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: key, Body: content }));
      return jobOf({
        bucket: 'inbox',
        key,
        ...(put.VersionId === undefined ? {} : { versionId: put.VersionId }),
        etag: (put.ETag ?? '').replaceAll('"', ''),
        size: content.length,
        sequencer: Date.now().toString(16).padStart(16, '0'),
      });
    },
    async announce(job) {
      const MessageBody = objectCreatedBody(job, 'aws.s3');
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.jobs, MessageBody }));
    },
    async outcome(job) {
      const [key] = await list(s3, 'results', recordKeys.outcome(job.jobId));
      if (key === undefined) return undefined;
      const object = await s3.send(new GetObjectCommand({ Bucket: 'results', Key: key }));
      return outcomeSchema.parse(JSON.parse((await object.Body?.transformToString()) ?? ''));
    },
    pendingEvents: () => eventsStand.pendingDeliveries(),
    keys: (bucket, prefix) => list(s3, bucket, prefix),
    async mails() {
      const names = (await readdir(mailboxDirectory).catch(() => [])).filter((name) => name.endsWith('.eml'));
      return Promise.all(names.toSorted().map((name) => readFile(join(mailboxDirectory, name), 'utf8')));
    },
    async messages(QueueUrl) {
      const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = answer.Attributes ?? {};
      return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
    },
    async receive(QueueUrl) {
      const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 });
      const [message] = (await sqs.send(command)).Messages ?? [];
      if (message === undefined) return undefined;
      const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        value.StringValue,
      ]);
      return { body: message.Body ?? '', attributes: Object.fromEntries(attributes) };
    },
    async close() {
      await eventsStand.stop?.();
      await snsStand.stop?.();
      await sqsStand.stop?.();
      await s3Stand.stop?.();
      await endpoint.close();
      database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function list(s3: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
}

/** Tasks, as far as a worker asks for them. */
function ecsService(tasks: Map<string, object>): WireService {
  return {
    signingNames: ['ecs'],
    async handle(request) {
      const operation = request.headers['x-amz-target']?.toString().split('.')[1];
      const input = (await readJson(request)) as Record<
        'tasks' | 'task' | 'reason' | 'family' | 'desiredStatus',
        never
      >;
      if (operation === 'ListTasks') {
        const { family = '', desiredStatus = '' } = input;
        const found = [...tasks].filter(([, task]) => {
          const { group, desiredStatus: desired } = task as { group?: string; desiredStatus?: string };
          return group === `family:${family}` && desired === desiredStatus;
        });
        return json(200, { taskArns: found.map(([taskArn]) => taskArn) });
      }
      if (operation === 'StopTask') {
        const { task, reason } = input;
        tasks.set(task, { ...tasks.get(task), desiredStatus: 'STOPPED', stoppedReason: reason });
        return json(200, { task: { taskArn: task } });
      }
      const known = ((input.tasks ?? []) as string[]).filter((taskArn) => tasks.has(taskArn));
      return json(200, { tasks: known.map((taskArn) => ({ taskArn, ...tasks.get(taskArn) })), failures: [] });
    },
  };
}

/** Metadata and protection under `/task/<arn>/`. */
function taskEndpoints(protections: unknown[]): WireService {
  return {
    signingNames: [],
    async handle(request) {
      const [, , arn = '', kind = '', ...rest] = request.rawPath.split('/');
      const TaskARN = decodeURIComponent(arn);
      if (kind === 'agent') {
        protections.push(await readJson(request));
        return json(200, { protection: { TaskArn: TaskARN, ProtectionEnabled: true } });
      }
      return json(200, rest[0] === 'task' ? { TaskARN, Cluster: 'cluster' } : { Name: 'worker' });
    },
  };
}

function json(status: number, body: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
