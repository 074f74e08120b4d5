import type { AlertDesk } from '../aws/alert-desk.ts';
import type { TaskFacts } from '../aws/task-facts.ts';
import type { LaunchResult, TaskLauncher } from '../aws/task-launcher.ts';
import { launchRefusedAlert, launchWaitsAlert, printable, refusalWords } from '../core/alert-text.ts';
import { isRedriveOf } from '../core/dead-letter.ts';
import { deadLetterBody } from '../core/dead-letter-body.ts';
import type { Job } from '../core/job.ts';
import { clientTokenOf, type LaunchedJob, startedByOf } from '../core/launch.ts';
import { MalformedEventError, parseObjectCreated } from '../core/object-event.ts';
import { type QueuedLaunch, readQueuedLaunch } from '../core/queued-launch.ts';
import { scratchGibFor } from '../core/scratch-size.ts';
import { sizeForObject, type TaskSize } from '../core/task-size.ts';
import { type FailPorts, failJob, setAside } from './fail-job.ts';
import { jobLaunch } from './job-launch.ts';
import type { Log } from './log.ts';

export interface LaunchPorts extends FailPorts {
  readonly desk: AlertDesk;
  readonly launcher: TaskLauncher;
  readonly tasks: TaskFacts;
  readonly log: Log;
  readonly stage: string;
  /** Name of the inbox: an event of another bucket is none of ours. */
  readonly inbox: string;
  readonly taskDefinition: string;
  readonly smallest: TaskSize;
  /** Fargate's when left out. */
  readonly largest?: TaskSize;
  /** Most of the scratch space that can be asked for, GiB; Fargate's when left out. */
  readonly largestScratchGib?: number;
}

export interface LaunchMessage {
  readonly messageId: string;
  readonly body: string;
  /** It came back from the dead-letter queue: `finishedAt` of the failure that it is to replace. */
  readonly failedAt?: string;
  /** What the handler of a stop asks for: not the job's first task but a later one. */
  readonly launch?: string;
  /** When it was put into the queue, a Unix epoch in milliseconds. */
  readonly sentAt?: number;
}

/** `done` takes the message off the queue, `again` leaves it there. */
export type MessageFate = 'done' | 'again';

/** The first task of a job is attempt 1; later ones are the stop handler's. */
const FIRST = 1;

/** A launch that waits for longer is told of: capacity that is short comes back within minutes, a quota does not. */
const LONG_WAIT_MS = 15 * 60_000;

/** Attempts whose tasks are looked for before a job is launched anew; as many as the stop handler starts by default. */
const LIKELY_ATTEMPTS = [1, 2, 3];

/** Does one message: a task for its object, or a reason why not. */
export async function launchMessage(message: LaunchMessage, ports: LaunchPorts): Promise<MessageFate> {
  const job = readJob(message, ports.inbox);
  if (job instanceof MalformedEventError) return setAsideMalformed(message, job, ports);
  const about = { messageId: message.messageId, jobId: job.jobId, key: job.source.key };
  if (job.source.key.endsWith('/')) {
    ports.log.info('A folder marker is no job.', about);
    return 'done';
  }
  const planned = planOf(job, message, ports);
  const standing = await ports.outcomes.read(job.jobId);
  // The handler of a stop asks for a task even so, when what follows from the outcome may be undone.
  const isAsked = planned.launch.attempt > FIRST || (planned.launch.losses ?? 0) > 0;
  if (standing !== undefined && !isAsked && !isRedriveOf(planned.launch.failedAt, standing)) {
    ports.log.info('The job has its outcome already.', { ...about, status: standing.status });
    // Our own refusal may have broken off before its copy was made.
    if (standing.reason === 'launch-refused') await setAside(message.body, standing, ports.deadLetters);
    return 'done';
  }
  return settle(await launch(planned, message, ports), planned.launch, message, ports);
}

/** The task that a message asks for: the one that it describes, or the job's first. */
function planOf(job: Job, { failedAt, launch }: LaunchMessage, ports: LaunchPorts): QueuedLaunch {
  const queued = launch === undefined ? undefined : readQueuedLaunch(job, launch);
  if (queued !== undefined) return queued;
  const scratchGib = scratchGibFor(job.source.size, ports.largestScratchGib);
  return {
    launch: { job, attempt: FIRST, ...(failedAt === undefined ? {} : { failedAt }) },
    // A redrive is a new start: the first one's token would answer with the first one's task.
    clientToken: clientTokenOf(job.jobId, FIRST, ...(failedAt === undefined ? [] : [failedAt])),
    size: sizeForObject(job.source.size, ports.smallest, ports.largest),
    ...(scratchGib === undefined ? {} : { scratchGib }),
  };
}

/** Launches the task, and sees through the answer that an old token gives when that task has long ended. */
async function launch(planned: QueuedLaunch, message: LaunchMessage, ports: LaunchPorts): Promise<LaunchResult> {
  const request = jobLaunch(planned.launch, { ...planned, taskDefinition: ports.taskDefinition });
  const result = await ports.launcher.launch(request);
  // The end of a later task is the business of the handler of its stop.
  if (planned.launch.attempt > FIRST || !(await isOver(result, ports))) return result;
  // The sweep sends a job again that has no outcome. Its first task is gone, and the token would answer with that task
  // for a day; a task that the stop handler started may still be at it, though.
  const [live] = await liveTasks(planned.launch.job, ports);
  if (live !== undefined) return { kind: 'started', taskArn: live, stopped: false };
  const clientToken = clientTokenOf(planned.clientToken, message.messageId);
  return ports.launcher.launch({ ...request, clientToken });
}

async function isOver(result: LaunchResult, { tasks }: LaunchPorts): Promise<boolean> {
  if (result.kind === 'started') return result.stopped;
  if (result.kind !== 'already-started' || result.taskArns.length === 0) return false;
  const facts = await tasks.describe(result.taskArns);
  return result.taskArns.every((taskArn) => facts.get(taskArn)?.stopped ?? true);
}

async function liveTasks(job: Job, { launcher }: LaunchPorts): Promise<string[]> {
  const found = await Promise.all(
    LIKELY_ATTEMPTS.map((attempt) => launcher.live({ startedBy: startedByOf(job.jobId, attempt) })),
  );
  return found.flat();
}

async function settle(
  result: LaunchResult,
  launched: LaunchedJob,
  message: LaunchMessage,
  ports: LaunchPorts,
): Promise<MessageFate> {
  const { job, attempt } = launched;
  const about = { messageId: message.messageId, jobId: job.jobId, key: job.source.key, attempt };
  switch (result.kind) {
    case 'started':
      ports.log.info('A task was launched.', { ...about, taskArn: result.taskArn });
      return 'done';
    case 'already-started':
      ports.log.info('The task of this attempt was launched before.', { ...about, taskArns: result.taskArns });
      return 'done';
    case 'wait':
      ports.log.warn('The launch has to wait.', { ...about, code: result.code, reason: result.message });
      await tellOfLongWait(result, job, message, ports);
      return 'again';
    case 'refused':
      return refuse(result, launched, message, ports);
  }
}

async function tellOfLongWait(
  refusal: { readonly code: string; readonly message: string },
  job: Job,
  { messageId, sentAt }: LaunchMessage,
  ports: LaunchPorts,
): Promise<void> {
  const waitedMs = sentAt === undefined ? 0 : ports.clock.now() - sentAt;
  if (waitedMs < LONG_WAIT_MS) return;
  const alert = launchWaitsAlert(job, refusal, { stage: ports.stage, minutes: Math.floor(waitedMs / 60_000) });
  await ports.desk.tell({ kind: 'launch-waits', by: messageId, about: aboutJob(job), alert });
}

function aboutJob(job: Job) {
  return { id: job.jobId, words: `${printable(job.source.key)} (job ${job.jobId})` };
}

async function refuse(
  refusal: { readonly code: string; readonly message: string },
  { job, attempt, failedAt }: LaunchedJob,
  message: LaunchMessage,
  ports: LaunchPorts,
): Promise<MessageFate> {
  const words = `ECS refused to start the task: ${refusalWords(refusal)}`;
  ports.log.error('The launch was refused.', { messageId: message.messageId, jobId: job.jobId, ...refusal });
  const failure = {
    job,
    reason: 'launch-refused',
    message: words,
    attempts: attempt - 1,
    body: message.body,
    ...(failedAt === undefined ? {} : { failedAt }),
  } as const;
  if (await failJob(failure, ports)) {
    const alert = launchRefusedAlert(job, refusal, ports);
    await ports.desk.tell({ kind: 'launch-refused', by: message.messageId, about: aboutJob(job), alert });
  }
  return 'done';
}

/** There is no job, hence no outcome: the copy in the dead-letter queue is all that remains of the message. */
async function setAsideMalformed(
  message: LaunchMessage,
  error: MalformedEventError,
  ports: LaunchPorts,
): Promise<MessageFate> {
  ports.log.error('A message was set aside.', { messageId: message.messageId, reason: error.message });
  const attributes = { reason: error.code, attempts: '0' };
  await ports.deadLetters.send([{ body: deadLetterBody(message.body, undefined), attributes }]);
  return 'done';
}

function readJob({ body }: LaunchMessage, inbox: string): Job | MalformedEventError {
  try {
    const job = parseObjectCreated(body);
    if (job.source.bucket === inbox) return job;
    return new MalformedEventError(`The event is of the bucket ${job.source.bucket}; expected the inbox ${inbox}.`);
  } catch (error) {
    if (error instanceof MalformedEventError) return error;
    throw error;
  }
}
