import { createAlertDesk } from '../aws/alert-desk.ts';
import { createAlerts, createSnsClient } from '../aws/alerts.ts';
import { createEcsClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { createJournalStore } from '../aws/journal-store.ts';
import { createLatestStore } from '../aws/latest-store.ts';
import { createLaunchedTasks } from '../aws/launched-tasks.ts';
import { createLeaseStore } from '../aws/lease-store.ts';
import { createListings } from '../aws/listings.ts';
import { createMarkStore } from '../aws/mark-store.ts';
import { createMessageSender } from '../aws/message-sender.ts';
import { createObjectStore } from '../aws/object-store.ts';
import { createOutcomeStore } from '../aws/outcome-store.ts';
import { createQueueDepth } from '../aws/queue-depth.ts';
import { writeRecord } from '../aws/record.ts';
import { countRequests } from '../aws/request-count.ts';
import { type SweepSettings, sweepSettings } from '../aws/settings.ts';
import { createTaskFacts } from '../aws/task-facts.ts';
import { readTaskMetadata } from '../aws/task-metadata.ts';
import { createTimelineStore } from '../aws/timeline-store.ts';
import { recordKeys } from '../core/outcome.ts';
import type { Command } from './command.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './processor.ts';
import type { SweepPorts } from './sweep/ports.ts';
import { runSweep } from './sweep/run-sweep.ts';
import { systemClock } from './system-clock.ts';

/** While a sweep lives, the schedule starts no other: one that takes too long must make room. */
const LONGEST_MS = 50 * 60_000;

const MESSAGES = {
  complete: 'sweep finished',
  stopped: 'sweep stopped before its end',
  'lease-lost': 'sweep gave way to another one',
  'skipped-overlap': 'sweep skipped-overlap: another one is at work',
} as const;

/** Brings back what was lost, and writes the report; exits 0, also when another sweep is at work. */
export const sweep: Command = async ({ environment, stop }) => {
  const settings = sweepSettings(environment);
  const { taskArn } = await readTaskMetadata(environment, systemClock.sleep);
  const logger = createLogger({ level: settings.LOG_LEVEL, bindings: { command: 'sweep', taskArn } });
  const { ports, results } = composeSweep(settings, taskArn, logger);
  const report = await runSweep(ports, AbortSignal.any([stop, AbortSignal.timeout(LONGEST_MS)]));
  // Two that start in one millisecond share a name: whoever is at work has something to report.
  const condition = report.end === 'skipped-overlap' ? 'absent' : 'always';
  await writeRecord(results, recordKeys.report(report.startedAt), report, condition);
  logger.info({ report }, MESSAGES[report.end]);
  return 0;
};

/** Joins the ports to AWS. */
function composeSweep(settings: SweepSettings, taskArn: string, logger: Logger) {
  const requests = countRequests();
  const s3 = requests.watch(createS3Client());
  const sqs = requests.watch(createSqsClient());
  const ecs = requests.watch(createEcsClient());
  const results = { client: s3, name: settings.RESULTS_BUCKET };
  const marks = createMarkStore(results);
  const alerts = createAlerts(requests.watch(createSnsClient()), settings.ALERT_TOPIC_ARN);
  const queue = (url: string, deadLetterUrl: string) => ({
    ...createMessageSender(sqs, url),
    ...createQueueDepth(sqs, url),
    deadLetters: createMessageSender(sqs, deadLetterUrl),
  });
  const ports: SweepPorts = {
    taskArn,
    stage: settings.STAGE,
    largeObjectBytes: settings.LARGE_OBJECT_BYTES,
    graceMs: settings.SWEEP_GRACE_SECONDS * 1000,
    jobDeadlineMs: settings.JOB_DEADLINE_SECONDS * 1000,
    clock: systemClock,
    logger,
    usage: () => ({ requests: requests.count(), peakMib: Math.ceil(process.resourceUsage().maxRSS / 1024) }),
    lease: createLeaseStore(results),
    tasks: createTaskFacts(ecs, settings.CLUSTER),
    launched: createLaunchedTasks(ecs, { cluster: settings.CLUSTER, family: settings.JOB_TASK_FAMILY }),
    listings: createListings({ client: s3, name: settings.INBOX_BUCKET }, results),
    queues: {
      service: queue(settings.JOB_QUEUE_URL, settings.JOB_DEAD_LETTER_QUEUE_URL),
      task: queue(settings.LAUNCH_QUEUE_URL, settings.LAUNCH_DEAD_LETTER_QUEUE_URL),
    },
    outcomes: createOutcomeStore(results),
    journal: createJournalStore(results),
    latest: createLatestStore(results),
    objects: createObjectStore(s3),
    timeline: createTimelineStore(results),
    desk: createAlertDesk({ marks, alerts, clock: systemClock, stage: settings.STAGE }),
    marks,
    alerts,
  };
  return { ports, results };
}
