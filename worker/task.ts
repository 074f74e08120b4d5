import { createEcsClient, createSqsClient } from '../aws/clients.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { type TaskSettings, taskSettings } from '../aws/settings.ts';
import { createTaskFacts } from '../aws/task-facts.ts';
import { readTaskMetadata, type TaskMetadata } from '../aws/task-metadata.ts';
import { OUT_OF_MEMORY, PROCESSOR_KILLED } from '../core/attempts.ts';
import { SlipwayError } from '../core/errors.ts';
import { EXIT } from '../core/exit-code.ts';
import { jobIdOf } from '../core/job.ts';
import { readLaunchEnvironment } from '../core/launch.ts';
import { objectCreatedBody } from '../core/object-event.ts';
import type { Command } from './command.ts';
import { composeJob } from './compose-job.ts';
import { handleJob } from './handle-job.ts';
import type { JobEnd } from './job-ports.ts';
import { createLogger } from './logger.ts';
import { ProcessorError } from './processor-error.ts';
import { draining } from './stop-reason.ts';
import { systemClock } from './system-clock.ts';

/** Handles the one job that the task was launched for. */
export const task: Command = async ({ environment, entry, stop }) => {
  const settings = taskSettings(environment);
  const { job, attempt, failedAt } = readLaunchEnvironment(environment);
  if (jobIdOf(job.source) !== job.jobId) {
    throw new SlipwayError('bad-launch', `JOB_ID is ${job.jobId}, which is not the id of the object in JOB.`);
  }
  const metadata = await readTaskMetadata(environment, systemClock.sleep);
  const { taskArn } = metadata;
  const bindings = { command: 'task', taskArn, jobId: job.jobId, attempt };
  const logger = createLogger({ level: settings.LOG_LEVEL, bindings });
  const deadLetters = createMessageSender(createSqsClient(), settings.LAUNCH_DEAD_LETTER_QUEUE_URL);
  const ports = await composeJob({
    route: 'task',
    settings: { ...settings, PROCESSOR_MEMORY_MIB: processorMemory(settings, metadata) },
    environment,
    taskArn,
    logger,
    tasks: createTaskFacts(createEcsClient(), settings.CLUSTER),
    deadLetters,
    entry,
  });
  logger.info({ key: job.source.key, size: job.source.size }, 'task started');
  const budget = budgetFrom(stop, settings.DRAIN_SECONDS * 1000);
  const end = await handleJob(ports, job, {
    body: objectCreatedBody(job, 'slipway.task'),
    signal: budget,
    ...(failedAt === undefined ? {} : { failedAt }),
  });
  await ports.close();
  logger.info({ end: end.kind, error: end.kind === 'retry' ? end.error : undefined }, 'task stopped');
  return exitCodeOf(end);
};

/** What a job's end is to the handler of the stop: nothing, a bad input, or a reason to launch again, perhaps larger. */
export function exitCodeOf(end: JobEnd): number {
  if (end.kind === 'not-a-job') return EXIT.done;
  if (end.kind === 'settled') return end.outcome.status === 'failed' ? EXIT.badInput : EXIT.done;
  const error = end.kind === 'retry' ? end.error : undefined;
  const code = error instanceof SlipwayError ? error.code : undefined;
  if (error instanceof ProcessorError) {
    // Alone in its task, a processor that somebody else killed was killed by the kernel, for memory.
    return code === OUT_OF_MEMORY || code === PROCESSOR_KILLED ? EXIT.outOfMemory : EXIT.temporary;
  }
  // A refusal to read the object is about this object. All else is other people's trouble, or a stop.
  return code === 'access-denied' || end.kind === 'stopped' ? EXIT.temporary : EXIT.unavailable;
}

/** What Node and the page cache of a download keep of a task's memory. */
const RESERVED_MIB = 192;

/** A task that was launched larger gives its one processor what it has. */
function processorMemory(settings: TaskSettings, { memoryMiB = 0 }: TaskMetadata): number {
  return Math.max(settings.PROCESSOR_MEMORY_MIB, memoryMiB - RESERVED_MIB);
}

/** A signal that aborts `budgetMs` after `stop`: until then the job may come to its end. */
function budgetFrom(stop: AbortSignal, budgetMs: number): AbortSignal {
  const budget = new AbortController();
  const begin = () => void systemClock.sleep(budgetMs).then(() => budget.abort(draining()));
  stop.addEventListener('abort', begin, { once: true });
  if (stop.aborted) begin();
  return budget.signal;
}
