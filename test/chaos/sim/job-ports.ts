import { createJournalStore } from '../../../aws/journal-store.ts';
import { createLatestStore } from '../../../aws/latest-store.ts';
import { createMessageSender } from '../../../aws/message-sender.ts';
import { createObjectStore } from '../../../aws/object-store.ts';
import { createOutcomeStore } from '../../../aws/outcome-store.ts';
import { createTaskFacts } from '../../../aws/task-facts.ts';
import { createTimelineStore } from '../../../aws/timeline-store.ts';
import type { Route } from '../../../core/outcome.ts';
import type { JobPorts } from '../../../worker/job-ports.ts';
import type { Logger } from '../../../worker/processor.ts';
import { createSoloGate } from '../../../worker/solo-gate.ts';
import { type Host, nameOf } from './host.ts';
import { createMemoryFiles, createMemoryOutputs } from './memory-files.ts';
import { createModelProcessors } from './processors.ts';
import { INBOX, RESULTS } from './s3-service.ts';
import { QUEUES, type Simulation } from './simulation.ts';

/** Counted attempts of a job, as in the template. */
export const MAX_ATTEMPTS = 3;
/** Of one job, seconds. */
export const JOB_DEADLINE_SECONDS = 600;
/** The largest object that is accepted here: a model of gigabytes. */
export const MAX_OBJECT_BYTES = 4096;
/** Larger objects get a task of their own. */
export const LARGE_OBJECT_BYTES = 1024;

/** The ports of a worker, as `composeJob` joins them, but to a simulated AWS, disk and processors. */
export function simulatedPorts(sim: Simulation, host: Host, route: Route): JobPorts {
  const { s3, sqs, ecs } = host.clients;
  const results = { client: s3, name: RESULTS };
  const files = createMemoryFiles();
  const deadLetters = route === 'service' ? QUEUES.jobDeadLetters : QUEUES.launchDeadLetters;
  let ids = 0;
  const ports: JobPorts = {
    route,
    taskArn: host.task.arn,
    inboxBucket: INBOX,
    limits: { maxAttempts: MAX_ATTEMPTS, maxObjectBytes: MAX_OBJECT_BYTES },
    clock: host.life.clock,
    newId() {
      ids += 1;
      return `${nameOf(host.task)}#${ids}`;
    },
    logger: loggerOf(sim, host),
    objects: createObjectStore(s3, files.openToWrite),
    outcomes: createOutcomeStore(results),
    journal: createJournalStore(results),
    latest: createLatestStore(results),
    timeline: createTimelineStore(results),
    tasks: createTaskFacts(ecs, 'slipway'),
    deadLetters: createMessageSender(sqs, deadLetters),
    scratch: files.scratch,
    outputs: createMemoryOutputs(s3, files, sim.mutation?.outputKey),
    processors: createModelProcessors({
      life: host.life,
      files,
      chance: sim.chance,
      faults: sim.faults,
      libraryVersion: Number(host.task.arn.slice(-1)) % 2,
      deadlineMs: JOB_DEADLINE_SECONDS * 1000,
      started({ jobId }) {
        sim.tally.starts.set(jobId, (sim.tally.starts.get(jobId) ?? 0) + 1);
      },
      killTask: (jobId) => host.runOutOfMemory(jobId),
    }),
    gate: createSoloGate(),
  };
  return sim.mutation?.ports?.(ports, results) ?? ports;
}

/** Logs go to the trace. */
export function loggerOf(sim: Simulation, host: Pick<Host, 'task' | 'unclosed'>): Logger {
  const log = (level: string) => (details: object, message: string) => {
    if (message.startsWith('attempt ')) noteAttempt(sim, host, (details as { jobId: string }).jobId, message);
    sim.trace(() => `${nameOf(host.task)} ${level}: ${message} ${JSON.stringify(details, plainErrors)}`);
  };
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** The worker says of which attempts it could not write down the end. */
function noteAttempt(
  { tally }: Simulation,
  { unclosed }: Pick<Host, 'unclosed'>,
  jobId: string,
  message: string,
): void {
  if (message === 'attempt closed late') unclosed.delete(jobId);
  else unclosed.add(jobId);
  if (message === 'attempt not closed') tally.leftOpen.add(jobId);
}

function plainErrors(_name: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
