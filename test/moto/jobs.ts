import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ECSClient,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import {
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import sharp from 'sharp';
import { jobOf } from '../../core/job.ts';
import { objectCreatedBody } from '../../core/object-event.ts';
import { runLaunchedTask, startContainer } from './containers.ts';
import type { Invoke } from './functions.ts';
import type { Place } from './place.ts';
import type { Reporter } from './report.ts';

export interface Deployed {
  readonly place: Place;
  readonly endpoint: string;
  readonly invoke: Invoke;
  readonly report: Reporter;
  /** Outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** ARN of the service's revision. */
  readonly taskDefinition: string;
  /** moto's access log so far. */
  log(): readonly string[];
}

const WAIT_MS = 30_000;

function clientsOf({ endpoint }: Deployed) {
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  return { s3: new S3Client(client), sqs: new SQSClient(client), ecs: new ECSClient(client) };
}

/** Repeats a question until it has an answer; undefined after half a minute. */
async function until<Value>(ask: () => Promise<Value | undefined>, milliseconds = WAIT_MS): Promise<Value | undefined> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await ask();
    if (value !== undefined || Date.now() > deadline) return value;
    await sleep(200);
  }
}

/** A picture whose bytes are about `pixels`: noise does not compress. */
async function writePicture(directory: string, name: string, pixels: number): Promise<string> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const create = { width: pixels, height: pixels, channels: 3 as const, background: '#888', noise };
  const file = join(directory, name);
  await mkdir(directory, { recursive: true });
  await writeFile(file, await sharp({ create }).jpeg().toBuffer());
  return file;
}

/** What moto's CloudFormation leaves out of a resource, and its services take from anybody. */
export async function setWhatIsDropped(deployed: Deployed): Promise<void> {
  const { ecs, s3 } = clientsOf(deployed);
  await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: deployed.outputs.ClusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    }),
  );
  deployed.report.note('moto’s CloudFormation drops DefaultCapacityProviderStrategy of a cluster: the test sets it');
  for (const Bucket of [deployed.outputs.InboxBucketName, deployed.outputs.ResultsBucketName]) {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  deployed.report.note('moto’s CloudFormation drops VersioningConfiguration of a bucket: the test sets it');
}

/** The whole way of a small object: CLI, inbox, queue, service, results, CLI. */
export async function smallJob(deployed: Deployed): Promise<void> {
  const { place, report, outputs, taskDefinition } = deployed;
  const { ecs } = clientsOf(deployed);
  report.heading('One small job, through the service');
  const file = await writePicture(join(place.directory, 'pictures'), 'small.jpg', 300);
  const command = place.slipway('process', file, '--stage', 'dev', '--out', 'out', '--json');
  const body = await eventOf(deployed, 'small.jpg');
  await deliver(deployed, outputs.JobQueueUrl ?? '', body);
  const cluster = outputs.ClusterName ?? '';
  const before = deployed.log().length;
  const worker = await startContainer(place, ecs, { taskDefinition, taskArn: taskArnOf(cluster, '1'), cluster });
  const { exitCode, printed } = await command;
  report.check(
    exitCode === 0,
    'npm run process uploads, waits for the outcome and downloads: exit code 0',
    `${printed}\n${worker.printed()}`,
  );
  const files = await readdir(join(place.directory, 'out'), { recursive: true }).catch(() => []);
  report.check(
    files.filter((name) => name.endsWith('.webp')).length === 2,
    'both renditions are downloaded',
    files.join('\n'),
  );
  tellCalls(deployed, before);
  report.check((await worker.stop()) === 0, 'SIGTERM ends the service with 0', worker.printed());
  const complaints = worker
    .printed()
    .split('\n')
    .filter((line) => /"level":(40|50|60)/.test(line));
  report.check(complaints.length === 0, 'the worker warns of nothing', complaints.join('\n'));
}

/** The whole way of a large object: launched by the function, done by a task of its own. */
export async function largeJob(deployed: Deployed): Promise<void> {
  const { place, report, outputs, invoke } = deployed;
  const { ecs } = clientsOf(deployed);
  report.heading('One large job, with a task of its own');
  const file = await writePicture(join(place.directory, 'pictures'), 'large.jpg', 1200);
  const command = place.slipway('process', file, '--stage', 'dev', '--out', 'out', '--json');
  await deliver(deployed, outputs.LaunchQueueUrl ?? '', await eventOf(deployed, 'large.jpg'));
  const { result, printed: log } = await invoke('onObjectCreated', await batchOf(deployed));
  report.check(
    JSON.stringify(result) === '{"batchItemFailures":[]}',
    'onObjectCreated takes the message and keeps nothing back',
    log,
  );
  const taskArn = await newestTask(deployed);
  report.check(taskArn !== undefined, 'RunTask was called: there is a task in the cluster');
  const task = await runLaunchedTask(place, ecs, outputs.ClusterName ?? '', taskArn ?? '');
  report.check(
    task.exitCode === 0,
    `the task with the launch’s environment ends with 0 (${sizeOf(task.task)})`,
    task.printed,
  );
  const { exitCode, printed } = await command;
  report.check(exitCode === 0, 'npm run process sees the outcome: exit code 0', printed);
}

/** A task that ran out of memory: the function starts the job again, with more. */
export async function stoppedTask(deployed: Deployed): Promise<void> {
  const { report, outputs, invoke, place } = deployed;
  const { s3, ecs } = clientsOf(deployed);
  report.heading('A task that dies');
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  await s3.send(new PutObjectCommand({ Bucket: outputs.InboxBucketName, Key: 'dies.jpg', Body: picture }));
  const event = {
    Records: [{ messageId: '1', body: await eventOf(deployed, 'dies.jpg'), attributes: {}, messageAttributes: {} }],
  };
  await invoke('onObjectCreated', event);
  const cluster = outputs.ClusterName ?? '';
  const first = (await newestTask(deployed)) ?? '';
  const { task } = await ecs.send(new StopTaskCommand({ cluster, task: first, reason: 'test' }));
  const detail = {
    ...task,
    // moto leaves the size out; ECS tells it.
    cpu: '1024',
    memory: '2048',
    version: 5,
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: new Date().toISOString(),
    containers: [{ name: 'worker', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
  };
  const stop = JSON.parse(JSON.stringify({ id: 'e', 'detail-type': 'ECS Task State Change', detail }));
  const { result, printed } = await invoke('onTaskStopped', stop);
  const { handled } = result as { handled?: boolean };
  report.check(handled === true, `onTaskStopped handles it: ${JSON.stringify(result)}`, printed);
  const second = (await newestTask(deployed)) ?? '';
  report.check(second !== '' && second !== first, 'the job has a new task');
  const rerun = await runLaunchedTask(place, ecs, cluster, second);
  report.check(
    rerun.exitCode === 0,
    `and that ends with 0 (${sizeOf(rerun.task)}, instead of ${sizeOf(task)})`,
    rerun.printed,
  );
}

/** A tick of the schedule: the function launches the sweep, the sweep compares and reports. */
export async function sweep(deployed: Deployed): Promise<void> {
  const { place, report, outputs, invoke } = deployed;
  const { ecs, s3 } = clientsOf(deployed);
  report.heading('One sweep');
  const { result, printed } = await invoke('onSchedule', {});
  report.check((result as { launched?: boolean }).launched === true, 'onSchedule launches the sweep', printed);
  const run = await runLaunchedTask(place, ecs, outputs.ClusterName ?? '', (await newestTask(deployed)) ?? '');
  report.check(run.exitCode === 0, 'the sweep ends with 0', run.printed);
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: outputs.ResultsBucketName, Prefix: 'reports/' }),
  );
  report.check(Contents.length === 1, 'its report is in the results');
}

/** Outcomes may be written once: S3 itself has to refuse the second. */
export async function conditionalWrites(deployed: Deployed): Promise<void> {
  const { report, outputs } = deployed;
  const { s3 } = clientsOf(deployed);
  report.heading('What moto’s S3 says to conditional writes');
  const put = { Bucket: outputs.ResultsBucketName, Key: 'outcomes/condition.json', Body: '{}', IfNoneMatch: '*' };
  await s3.send(new PutObjectCommand(put));
  const refused = await s3.send(new PutObjectCommand(put)).then(
    () => 'it takes the second write',
    (error: Error) => error.name,
  );
  report.check(refused === 'PreconditionFailed', 'If-None-Match: * refuses the second write', refused);
  const stale = await s3.send(new PutObjectCommand({ ...put, IfNoneMatch: undefined, IfMatch: '"0"' })).then(
    () => 'it takes a write on a wrong ETag',
    (error: Error) => error.name,
  );
  report.note(`If-Match with a wrong ETag: ${stale}`);
}

/** The event that S3 would send of the newest version of a key, once the upload is there. */
async function eventOf(deployed: Deployed, key: string): Promise<string> {
  const { s3 } = clientsOf(deployed);
  const bucket = deployed.outputs.InboxBucketName ?? '';
  const found = await until(async () => {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return Versions.find(({ Key = '' }) => key === Key || Key.endsWith(`/${key}`));
  });
  const { Key = '', VersionId, ETag = '', Size = 0 } = found ?? {};
  const version = VersionId === undefined || VersionId === 'null' ? {} : { versionId: VersionId };
  const source = { bucket, key: Key, etag: ETag.replaceAll('"', ''), size: Size, sequencer: '00', ...version };
  return objectCreatedBody(jobOf(source), 'aws.s3');
}

/** Says whether moto's EventBridge brought the event to the queue; where it did not, the test does. */
async function deliver(deployed: Deployed, queueUrl: string, body: string): Promise<void> {
  const { sqs } = clientsOf(deployed);
  const arrived = await until(async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages) > 0 ? true : undefined;
  }, 2_000);
  if (arrived) return deployed.report.note('moto’s EventBridge delivered the event of the upload to the queue');
  deployed.report.note('moto’s S3 and EventBridge deliver no event of the upload: the test puts it into the queue');
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** What Lambda's event source mapping would hand over. */
async function batchOf(deployed: Deployed): Promise<object> {
  const { sqs } = clientsOf(deployed);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: deployed.outputs.LaunchQueueUrl, MessageSystemAttributeNames: ['All'] }),
  );
  return {
    Records: Messages.map(({ MessageId, Body, Attributes }) => ({
      messageId: MessageId,
      body: Body,
      attributes: Attributes ?? {},
      messageAttributes: {},
    })),
  };
}

/** Calls to S3 since a line of the log, by method and prefix: those of the worker, and of the CLI that waits for it. */
function tellCalls({ log, outputs, report }: Deployed, since: number): void {
  const counts = new Map<string, number>();
  for (const line of log().slice(since)) {
    const [, method = '', bucket = '', rest = ''] =
      /"(?:\S*\[\S*m)?(GET|PUT|HEAD|POST|DELETE) \/([^/? ]+)([^ ]*)/.exec(line) ?? [];
    const name = bucket === outputs.InboxBucketName ? 'inbox' : bucket === outputs.ResultsBucketName ? 'results' : '';
    const call = rest.includes('list-type') || rest.includes('versions') ? 'LIST' : method;
    const prefix = /^\/([a-z]+)\//.exec(rest)?.[1] ?? '';
    if (name !== '') counts.set(`${call} ${name}/${prefix}`, (counts.get(`${call} ${name}/${prefix}`) ?? 0) + 1);
  }
  report.note(`calls to S3: ${[...counts].map(([call, count]) => `${count} × ${call}`).join(', ')}`);
}

/** What the launch asked for. */
function sizeOf(task: Task | undefined): string {
  const { cpu = 'the definition’s', memory = 'the definition’s' } = task?.overrides ?? {};
  return `${cpu} CPU units, ${memory} MiB`;
}

const seen = new Set<string>();

/** A task that nobody has been told of yet. */
async function newestTask(deployed: Deployed): Promise<string | undefined> {
  const { ecs } = clientsOf(deployed);
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: deployed.outputs.ClusterName }));
  const found = taskArns.find((arn) => !seen.has(arn));
  if (found !== undefined) seen.add(found);
  return found;
}

function taskArnOf(cluster: string, id: string): string {
  return `arn:aws:ecs:us-east-1:123456789012:task/${cluster}/${id.padStart(32, '0')}`;
}
