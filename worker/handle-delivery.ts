import { createHash } from 'node:crypto';
import type { Job, JobId } from '../core/job.ts';
import { MalformedEventError, parseObjectCreated } from '../core/object-event.ts';
import type { Outcome } from '../core/outcome.ts';
import { handleJob } from './handle-job.ts';
import type { JobDelivery, JobEnd, JobPorts } from './job-ports.ts';
import { settle } from './steps/settle.ts';

/** Handles one message of the job queue: reads it, and does what it asks for. Never rejects. */
export async function handleDelivery(ports: JobPorts, delivery: JobDelivery): Promise<JobEnd> {
  let job: Job;
  try {
    job = readJob(ports, delivery.body);
  } catch (error) {
    return setAside(ports, delivery, error);
  }
  // A console writes "folders" as empty objects with such names.
  if (job.source.key.endsWith('/')) return { kind: 'not-a-job' };
  return handleJob(ports, job, delivery);
}

function readJob(ports: JobPorts, body: string): Job {
  const job = parseObjectCreated(body);
  if (job.source.bucket === ports.inboxBucket) return job;
  // Also what keeps outputs from becoming inputs.
  throw new MalformedEventError(`The event is of bucket ${job.source.bucket}; expected ${ports.inboxBucket}.`);
}

/** Gives a message that names no job an outcome, so that it is found with its reason, and never tried again. */
async function setAside(ports: JobPorts, delivery: JobDelivery, error: unknown): Promise<JobEnd> {
  const at = new Date(ports.clock.now()).toISOString();
  const outcome: Outcome = {
    v: 1,
    jobId: createHash('sha256').update(`malformed\0${delivery.body}`).digest('hex') as JobId,
    status: 'failed',
    reason: 'malformed-message',
    message: error instanceof Error ? error.message : String(error),
    route: ports.route,
    attempts: 0,
    taskArn: ports.taskArn,
    startedAt: at,
    finishedAt: at,
    milliseconds: 0,
    outputs: [],
  };
  try {
    return await settle(ports, delivery, outcome);
  } catch (cause) {
    return { kind: 'retry', error: cause };
  }
}
