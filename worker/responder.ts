import type { Environment, ResponderSettings } from '../aws/settings.ts';
import type { Clock } from '../core/clock.ts';
import { parseObjectCreated } from '../core/object-event.ts';
import { type Composition, composeJob } from './compose-job.ts';
import { handleDelivery } from './handle-delivery.ts';
import type { JobEnd, JobPorts } from './job-ports.ts';
import { LEFT_TO_TASKS, leftToTasks } from './left-to-tasks.ts';
import type { Logger } from './processor.ts';
import { outOfTime } from './stop-reason.ts';
import { systemClock } from './system-clock.ts';

/** A message of the job queue, and by when Lambda ends the call (Unix epoch, ms). */
export interface RespondRequest {
  readonly messageId: string;
  readonly body: string;
  readonly failedAt?: string;
  readonly endsBy: number;
}

/** Does a job, or leaves it to the tasks. True: the message can go. Never rejects. */
export type Respond = (request: RespondRequest) => Promise<boolean>;

/** What the first responder works with. */
export interface ResponderPorts {
  readonly ports: JobPorts;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Larger objects do not fit into the function's temporary space. */
  readonly maxBytes: number;
}

/** To give up, close the attempt and answer, before Lambda ends the call. */
const RESERVE_MS = 5_000;

/**
 * The second consumer of the job queue: it bridges the time in which tasks start. It takes a job only when it fits, which
 * is asked before any attempt is opened, and only when nobody has begun it before. Whatever it does not bring to its end
 * stays in the queue, hidden until the message's lease is over: shown at once it would come straight back here, and after
 * 20 receives SQS would take it for undeliverable.
 */
export function createResponder({ ports, clock, logger, maxBytes }: ResponderPorts): Respond {
  return async ({ messageId, body, failedAt, endsBy }) => {
    const leave = (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === LEFT_TO_TASKS) logger.info({ messageId, error: String(error) }, 'job left to the tasks');
      else logger.warn({ messageId, error }, 'job left to the tasks after an error');
      return false;
    };
    const unfit = misfit(body, maxBytes);
    if (unfit !== undefined) return leave(leftToTasks(unfit));
    const abort = new AbortController();
    const over = new AbortController();
    void clock.sleep(endsBy - RESERVE_MS - clock.now(), over.signal).then(() => {
      if (!over.signal.aborted) abort.abort(outOfTime());
    });
    try {
      const end = await handleDelivery(ports, {
        body,
        endsBy,
        signal: abort.signal,
        ...(failedAt === undefined ? {} : { failedAt }),
      });
      return isOver(end) || leave(end.kind === 'retry' ? end.error : end.reason);
    } finally {
      over.abort();
    }
  };
}

function isOver(end: JobEnd): end is Extract<JobEnd, { kind: 'settled' | 'not-a-job' }> {
  return end.kind === 'settled' || end.kind === 'not-a-job';
}

/** Why a message is nothing for a function; undefined when it is. A message that is no event needs a dead letter. */
function misfit(body: string, maxBytes: number): string | undefined {
  try {
    const { size } = parseObjectCreated(body).source;
    return size > maxBytes ? `The object has ${size} bytes; at most ${maxBytes} fit.` : undefined;
  } catch {
    return 'The message is no event of an object.';
  }
}

/** What the function has that runs the responder. */
export interface ResponderHost {
  readonly settings: ResponderSettings;
  readonly environment: Environment;
  readonly functionArn: string;
  readonly logger: Logger;
  /** The program of its children. */
  readonly entry: string;
}

/**
 * Joins the responder to AWS. It needs S3 and the shared file system alone, which every network reaches without a way out:
 * of tasks it asks nothing, since it takes first attempts only, and what needs a dead letter waits for a task.
 */
export async function composeResponder(host: ResponderHost): Promise<Respond> {
  const { settings, environment, functionArn: taskArn, logger, entry } = host;
  const needsTask = async () => {
    throw leftToTasks('What is left to do needs a queue or ECS.');
  };
  const composition: Composition = {
    route: 'responder',
    settings,
    environment,
    taskArn,
    logger,
    entry,
    tasks: { describe: needsTask },
    deadLetters: { send: needsTask },
  };
  const ports = await composeJob(composition);
  return createResponder({ ports, clock: systemClock, logger, maxBytes: settings.RESPONDER_MAX_BYTES });
}
