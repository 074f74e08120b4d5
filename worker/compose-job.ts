import { randomUUID } from 'node:crypto';
import { createS3Client } from '../aws/clients.ts';
import { createJournalStore } from '../aws/journal-store.ts';
import { createLatestStore } from '../aws/latest-store.ts';
import type { MessageSender } from '../aws/message-sender.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { createOutcomeStore } from '../aws/outcome-store.ts';
import type { Environment, JobSettings } from '../aws/settings.ts';
import type { TaskFacts } from '../aws/task-facts.ts';
import { createTimelineStore } from '../aws/timeline-store.ts';
import type { Route } from '../core/outcome.ts';
import { crashPoints } from './crash-points.ts';
import type { JobPorts } from './job-ports.ts';
import { createOutputStore } from './output-store.ts';
import { childEnvironment } from './pool/child-environment.ts';
import { createProcessorPool } from './pool/processor-pool.ts';
import type { Logger } from './processor.ts';
import { createScratch } from './scratch.ts';
import { createSharer } from './share/sharer.ts';
import { createSoloGate } from './solo-gate.ts';
import { systemClock } from './system-clock.ts';

/** What differs between those that handle jobs: the commands service and task, and the first responder. */
export interface Composition {
  readonly route: Route;
  readonly settings: JobSettings;
  readonly environment: Environment;
  readonly taskArn: string;
  readonly logger: Logger;
  readonly tasks: TaskFacts;
  readonly deadLetters: MessageSender;
  /** The program's own file. */
  readonly entry: string;
}

/** Joins the ports of `handleJob` to AWS, to the file system and to processes; `close` ends and removes what is local. */
export async function composeJob(composition: Composition): Promise<JobPorts & { close(): Promise<void> }> {
  const { route, settings, environment, taskArn, logger, tasks, deadLetters, entry } = composition;
  const client = createS3Client();
  const results = { client, name: settings.RESULTS_BUCKET };
  const { watch } = crashPoints(environment, logger);
  const scratch = await createScratch(settings.SCRATCH_DIRECTORY);
  const child = { clock: systemClock, entry, environment: childEnvironment(environment) };
  const sharer = createSharer(child);
  const processors = createProcessorPool({
    ...child,
    deadlineMs: settings.JOB_DEADLINE_SECONDS * 1000,
    memoryMiB: settings.PROCESSOR_MEMORY_MIB,
  });
  return {
    route,
    taskArn,
    inboxBucket: settings.INBOX_BUCKET,
    limits: { maxAttempts: settings.MAX_ATTEMPTS, maxObjectBytes: settings.MAX_OBJECT_BYTES },
    clock: systemClock,
    newId: randomUUID,
    logger,
    objects: watch('objects', createObjectStore(client)),
    outcomes: watch('outcomes', createOutcomeStore(results)),
    journal: watch('journal', createJournalStore(results)),
    latest: watch('latest', createLatestStore(results)),
    timeline: watch('timeline', createTimelineStore(results)),
    tasks: watch('tasks', tasks),
    deadLetters: watch('deadLetters', deadLetters),
    scratch,
    processors: watch('processors', processors),
    outputs: watch('outputs', createOutputStore(results, settings.RESULTS_DIRECTORY, sharer.share)),
    gate: createSoloGate(),
    async close() {
      await processors.close();
      sharer.close();
      await scratch.close();
    },
  };
}
